#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/obtaining/types.hpp"

namespace kontor::domain::obtaining {

using Decision = entity::Decision<Obtaining, Effect>;

/// The next step. Pure. What comes late, or of a negotiation or transfer that the flight does not wait for,
/// changes nothing. Errors: not_found (an event before Obtain), conflict (a flight under other accepted terms
/// is under way).
Result<Decision> decide(const Obtaining* current, const Event& event, Instant now);

/// For platform/engine.
struct Machine {
  using Entity = Obtaining;
  using Event = obtaining::Event;
  using Effect = obtaining::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return obtaining::decide(current, event, now);
  }
  static std::string encode(const Entity& obtaining);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  /// What a flight has gone beyond is not done again: a negotiation that was deleted is not opened anew.
  static bool wanted(const Entity& obtaining, const Effect& effect);
  /// Questions to one counter-party share a bound.
  static std::string effect_group(const Effect& effect);
  static std::optional<Instant> due_at(const Entity&) { return std::nullopt; }
  static Event due_event(const Entity&);
  /// Every failure that does not pass ends the flight, at the effect's hop.
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& obtaining) { return obtaining.at_rest(); }
  static std::string event_body(const Entity& obtaining, std::string_view happened);
};

}  // namespace kontor::domain::obtaining
