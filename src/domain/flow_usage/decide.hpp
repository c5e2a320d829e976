#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "base/json/codec.hpp"
#include "base/json/stored.hpp"
#include "domain/flow_usage/types.hpp"

namespace kontor::domain::flow_usage {

using Decision = entity::Decision<FlowUsage, Effect>;

/// The next step of a flow's usage. Pure. A report that was counted changes nothing. Counts alone are told
/// to nobody; the first use of all is, that of each token, refusals once in `refusals_told_every`, and the
/// totals `settled_after` the flow's end. Errors: not_found (an end of what was never used).
Result<Decision> decide(const FlowUsage* current, const Event& event, Instant now);

Result<void> read(const json::Node& node, FlowUsage& out);
json::Value write(const FlowUsage& usage);

/// For platform/engine. Each event that is told goes to the context's audit chain.
struct Machine {
  using Entity = FlowUsage;
  using Event = flow_usage::Event;
  using Effect = flow_usage::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return flow_usage::decide(current, event, now);
  }
  static std::string encode(const Entity& usage) { return json::encode(usage); }
  static Result<Entity> decode(std::string_view stored, std::uint32_t) {
    return json::decode_stored<Entity>(stored);
  }
  static std::string encode_effect(const Effect&) { return "{}"; }
  static Result<Effect> decode_effect(std::string_view) { return Effect{}; }
  static std::string_view effect_name(const Effect&) { return "nothing"; }
  static std::optional<Instant> due_at(const Entity& usage);
  static Event due_event(const Entity&) { return Settle{}; }
  static std::optional<Event> failed(const Effect&, const Error&) { return std::nullopt; }
  static bool ended(const Entity& usage) { return usage.settled; }
  /// Who fetched what under which agreement, how much in all, and why requests were turned away.
  static std::string event_body(const Entity& usage, std::string_view happened);
};

}  // namespace kontor::domain::flow_usage
