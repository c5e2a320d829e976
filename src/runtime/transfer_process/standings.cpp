#include "runtime/transfer_process/standings.hpp"

namespace kontor::runtime::transfer_process {
namespace {

/// How long others are preferred to a data plane that did not answer.
constexpr std::chrono::seconds silence{30};
constexpr std::size_t standings_max = 10'000;
constexpr std::size_t asked_max = 10'000;
constexpr std::size_t answered_max = 1'000;

}  // namespace

Standings::Standings() : answered_(answered_max) {}

void Standings::describe(const Key& key, Instant registered_at,
                         domain::transfer_process::Candidate& candidate) const {
  const auto found = standings_.find(key);
  if (found == standings_.end()) return;
  const auto& known = found->second;
  candidate.silent_until = known.silent_until;
  const bool told_since = known.counted_from < registered_at;
  candidate.orders = candidate.load_percent && !told_since ? known.orders : known.under_way;
}

std::optional<protocol::dps::DataPlaneId> Standings::asked(const Process& process) const {
  const auto found = asked_.find(process);
  if (found == asked_.end()) return {};
  return found->second;
}

std::optional<protocol::dps::DataPlaneId> Standings::ordered(const Process& process) {
  if (auto plane = asked(process)) return plane;
  if (const auto* plane = answered_.find(process)) return *plane;
  return {};
}

void Standings::begin(const Key& key, const Process& process, Instant registered_at, Instant now) {
  if (standings_.size() >= standings_max && !standings_.contains(key)) forget_idle(now);
  auto& known = standings_[key];
  if (known.counted_from < registered_at) {
    known.counted_from = registered_at;
    known.orders = 0;
  }
  ++known.under_way;
  ++known.orders;
  if (asked_.size() >= asked_max) asked_.erase(asked_.begin());
  asked_.insert_or_assign(process, key.plane);
}

void Standings::end(const Key& key, const Process& process, Heard heard, Instant now) {
  if (auto known = standings_.find(key); known != standings_.end() && known->second.under_way > 0) {
    --known->second.under_way;
  }
  if (heard != Heard::nothing) asked_.erase(process);
  if (heard == Heard::answer) answered_.put(process, key.plane);
  note(key, heard, now);
}

void Standings::note(const Key& key, Heard heard, Instant now) {
  const auto known = standings_.find(key);
  if (heard == Heard::answer) {
    if (known != standings_.end()) known->second.silent_until = known->second.unheard_since = std::nullopt;
    return;
  }
  if (known == standings_.end() && standings_.size() >= standings_max) forget_idle(now);
  auto& silent = standings_[key];
  silent.silent_until = now + silence;
  if (heard == Heard::nothing && !silent.unheard_since) silent.unheard_since = now;
}

std::optional<Instant> Standings::unheard_since(const Key& key) const {
  const auto known = standings_.find(key);
  return known == standings_.end() ? std::nullopt : known->second.unheard_since;
}

void Standings::forget_idle(Instant now) {
  std::erase_if(standings_, [now](const auto& each) {
    const auto& known = each.second;
    return known.under_way == 0 && (!known.silent_until || *known.silent_until <= now);
  });
}

}  // namespace kontor::runtime::transfer_process
