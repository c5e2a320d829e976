#include "tck/dps/system/scripted_mover.hpp"

#include "protocol/dps/http_profile.hpp"
#include "tck/dps/system/script.hpp"

namespace kontor::tck::dps {

namespace flows = domain::data_flow;
namespace signaling = dataplane::signaling;
using protocol::dps::Direction;
using protocol::dps::http_push_profile;

namespace {

/// The side that fetches, or sends.
bool moves(const flows::DataFlow& flow) {
  return (flow.role == flows::Role::consumer) == (flow.direction == Direction::pull);
}

}  // namespace

bool ScriptedMover::serves(std::string_view profile) const {
  return profile == plain_pull || profile == plain_push || profile == http_push_profile;
}

Task<Result<signaling::Beginning>> ScriptedMover::begin(signaling::NewFlow flow) {
  signaling::Beginning beginning;
  const bool ours = (flow.role == flows::Role::provider) == (flow.direction == Direction::pull);
  if (flow.terms.agreement_id.str() == answered_later) {
    beginning.readiness = flows::Later{clock_.now() + std::chrono::seconds(30)};
  } else if (ours) {
    beginning.readiness = flows::Ready{opening_of(flow.terms)};
  }
  co_return beginning;
}

Result<void> ScriptedMover::check(const flows::Terms& terms,
                                  const protocol::dps::DataAddress& address) const {
  if (terms.profile != http_push_profile) return {};
  auto access = protocol::dps::read_http_access(address, {});
  if (!access) return fail(std::move(access.error()));
  return {};
}

Result<std::optional<flows::Opening>> ScriptedMover::reopen(const flows::DataFlow& flow) {
  return std::optional(opening_of(flow.terms));
}

Task<Result<signaling::Mover::Outcome>> ScriptedMover::open(platform::engine::EffectCall,
                                                            flows::DataFlow flow) {
  const auto& agreement = flow.terms.agreement_id.str();
  const bool on_its_way = flow.state == flows::State::preparing || flow.state == flows::State::starting;
  const bool ends = flow.state == flows::State::started && agreement == ends_by_itself && moves(flow);
  if (flow.state == flows::State::started && agreement == breaks) {
    co_return Outcome(flows::Failed{"the source is gone"});
  }
  if (!on_its_way && !ends) co_return Outcome{};
  const auto due = clock_.now() + (ends ? completion_delay : readiness_delay);
  const auto waited = co_await clock_.wait_until(due);
  if (!waited) co_return fail(ErrorCode::cancelled, "the process ends");
  if (ends) co_return Outcome(flows::Finished{});
  std::optional<flows::Opening> opening;
  if (flows::owns_address(flow)) opening = opening_of(flow.terms);
  co_return Outcome(flows::Opened{std::move(opening)});
}

flows::Opening ScriptedMover::opening_of(const flows::Terms& terms) const {
  const bool is_push_profile = terms.profile == http_push_profile;
  return {.address = {.endpoint_type = std::string(is_push_profile ? http_push_profile : "HttpData"),
                      .endpoint = public_url_ + "/scripted/" + terms.process_id.str(),
                      .properties = {}},
          .grant = {}};
}

}  // namespace kontor::tck::dps
