#pragma once

#include "base/entity/decision.hpp"
#include "domain/issuance/offer/types.hpp"

namespace kontor::domain::issuance::offer {

using Decision = entity::Decision<Offer, Effect>;

/// The next step of an offer. What was sent stays sent. Errors: not_found (an event before Make), conflict
/// (another offer under this id), invalid_input (no credentials).
Result<Decision> decide(const Offer* current, const Event& event, Instant now);

/// Whether a holder that answered with this status may take the offer another time.
bool worth_another_attempt(unsigned status);

struct Machine {
  using Entity = Offer;
  using Event = offer::Event;
  using Effect = offer::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return offer::decide(current, event, now);
  }
  static std::string encode(const Entity& offer);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& offer);
  static Event due_event(const Entity& offer);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& offer);
};

}  // namespace kontor::domain::issuance::offer
