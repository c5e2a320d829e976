#include "runtime/dsp_endpoint/peer_health.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kontor::runtime::dsp_endpoint {

Result<void> PeerHealth::admit(const PeerAddress& peer, Instant now) {
  const auto found = failing_.find(peer);
  if (found == failing_.end() || !rests(found->second)) return {};
  auto& state = found->second;
  if (state.trying || now < state.until) {
    return fail(ErrorCode::peer_unavailable, "{} did not answer {} times in a row and is left alone: {}",
                peer.did, state.failures, state.reason);
  }
  state.trying = true;
  return {};
}

bool PeerHealth::answered(const PeerAddress& peer) {
  const auto found = failing_.find(peer);
  if (found == failing_.end()) return false;
  const bool rested = rests(found->second);
  failing_.erase(found);
  return rested;
}

bool PeerHealth::failed(const PeerAddress& peer, std::string reason, Instant now) {
  if (failing_.size() >= config_.kept_max && !failing_.contains(peer)) forget_one();
  auto& state = failing_[peer];
  const bool rested = rests(state);
  state.reason = std::move(reason);
  // What was on its way together fails together, and counts once.
  if (rested && !std::exchange(state.trying, false)) return false;
  if (++state.failures == 1) state.since = now;
  if (!rests(state)) return false;
  auto pause = config_.pause_min;
  for (auto i = config_.failures_max; i < state.failures && pause < config_.pause_max; ++i) pause *= 2;
  state.until = now + std::min(pause, config_.pause_max);
  return !rested;
}

void PeerHealth::forget_one() {
  const auto cheapest = std::ranges::min_element(failing_, {}, [](const auto& each) {
    const State& state = each.second;
    return std::tuple(state.trying, state.until, state.since);
  });
  if (cheapest != failing_.end()) failing_.erase(cheapest);
}

void PeerHealth::cancelled(const PeerAddress& peer) {
  if (const auto found = failing_.find(peer); found != failing_.end()) found->second.trying = false;
}

std::vector<RestingPeer> PeerHealth::resting() const {
  std::vector<RestingPeer> all;
  for (const auto& [peer, state] : failing_) {
    if (rests(state)) all.push_back({peer, state.failures, state.since, state.until, state.reason});
  }
  return all;
}

std::size_t PeerHealth::resting_count() const {
  return std::ranges::count_if(failing_, [this](const auto& each) { return rests(each.second); });
}

}  // namespace kontor::runtime::dsp_endpoint
