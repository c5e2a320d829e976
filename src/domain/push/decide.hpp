#pragma once

#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/push/types.hpp"

namespace kontor::domain::push {

using Decision = entity::Decision<Push, Effect>;

/// The next step of a push. Pure. An order that comes twice changes nothing. Errors: not_found (anything but
/// an order before there is one), conflict (a report of a round that is over).
Result<Decision> decide(const Push* current, const Event& event, Instant now);

bool is_acknowledged(const Push& push, std::string_view part);

/// For platform/engine. Its time comes when the sender is silent: whoever is there then sends on.
struct Machine {
  using Entity = Push;
  using Event = push::Event;
  using Effect = push::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return push::decide(current, event, now);
  }
  static std::string encode(const Entity& push);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect&) { return "send"; }
  static std::optional<Instant> due_at(const Entity& push) { return push.quiet_until; }
  static Event due_event(const Entity&) { return Quiet{}; }
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& push) { return push.state != State::sending; }
  /// The part that was acknowledged.
  static std::string event_body(const Entity& push, std::string_view happened);
};

}  // namespace kontor::domain::push
