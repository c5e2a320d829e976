#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/callback/types.hpp"

namespace kontor::domain::callback {

using Decision = entity::Decision<Delivery, Effect>;

/// The next step of a delivery. Pure. A notice that came before, and an outcome that came before, change
/// nothing. What is more than `waiting_max` is lost at once. Errors: not_found (an outcome of a delivery that
/// there is not any more).
Result<Decision> decide(const Delivery* current, const Event& event, Instant now);

/// For platform/engine. A delivery has ended while nothing waits, and goes on when something happens again:
/// its effects run in their order, so the next notice is sent when the one before was told or lost.
struct Machine {
  using Entity = Delivery;
  using Event = callback::Event;
  using Effect = callback::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return callback::decide(current, event, now);
  }
  static std::string encode(const Entity& delivery);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect&) { return "call-back"; }
  /// Scheme, host and port: a dead one holds its own places only.
  static std::string effect_group(const Effect& effect);
  static std::optional<Instant> due_at(const Entity&) { return std::nullopt; }
  static Event due_event(const Entity&);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& delivery) { return delivery.waiting.empty(); }
  /// Which event of which process was lost at which address, and why.
  static std::string event_body(const Entity& delivery, std::string_view happened);
};

}  // namespace kontor::domain::callback
