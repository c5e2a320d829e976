#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/agreement_ending/types.hpp"

namespace kontor::domain::agreement_ending {

using Decision = entity::Decision<AgreementEnding, Effect>;

/// The next step of an end. Pure. An agreement ends once: whoever ends it again changes nothing. Errors:
/// not_found (an event before End).
Result<Decision> decide(const AgreementEnding* current, const Event& event, Instant now);

/// For platform/engine.
struct Machine {
  using Entity = AgreementEnding;
  using Event = agreement_ending::Event;
  using Effect = agreement_ending::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return agreement_ending::decide(current, event, now);
  }
  static std::string encode(const Entity& ending);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  /// The message shares the bound of those to its receiver.
  static std::string effect_group(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& ending);
  static Event due_event(const Entity& ending);
  /// A peer that cannot be told is noted; transfers that cannot be ended wait for an operator.
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& ending);
  static std::string event_body(const Entity& ending, std::string_view happened);
};

/// `TellPeer` as it goes out: POST `body` to `url`.
struct Outgoing {
  std::string url;
  std::string body;
};
Outgoing outgoing(const TellPeer& effect);

}  // namespace kontor::domain::agreement_ending
