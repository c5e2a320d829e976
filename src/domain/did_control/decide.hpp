#pragma once

#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/did_control/types.hpp"

namespace kontor::domain::did_control {

using Decision = entity::Decision<Control, Effect>;

/// The next step of a proof. A nonce serves once. Errors: not_found (no challenge was ever asked for),
/// illegal_transition (the control is proven already), too_many_requests (challenges that are open, answers
/// that were tried), forbidden (the nonce is none of the open ones).
Result<Decision> decide(const Control* current, const Event& event, Instant now);

/// The open challenge with this nonce; null: none, or it has expired.
const Challenge* open_challenge(const Control& control, std::string_view nonce, Instant now);
std::size_t open_count(const Control& control, Instant now);

struct Machine {
  using Entity = Control;
  using Event = did_control::Event;
  using Effect = did_control::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return did_control::decide(current, event, now);
  }
  static std::string encode(const Entity& control);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& control);
  static Event due_event(const Entity& control);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& control);
  static std::string event_body(const Entity& control, std::string_view happened);
};

}  // namespace kontor::domain::did_control
