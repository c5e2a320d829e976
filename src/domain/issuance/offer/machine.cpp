#include <array>

#include "base/json/stored.hpp"
#include "domain/issuance/offer/codec.hpp"
#include "domain/issuance/offer/decide.hpp"

namespace kontor::domain::issuance::offer {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "id", .path = "id"},
      entity::Field{.name = "holderId", .path = "holderId"},
      entity::Field{.name = "credentialDefinitions", .path = "credentials[]"},
      entity::Field{.name = "state", .path = "state"},
  };
  static constexpr entity::Kind kind{.name = "issuer-offer",
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 30),
                                     .audited = true,
                                     .protocol = entity::Protocol::dcp};
  return kind;
}

std::string Machine::encode(const Entity& offer) {
  return json::encode(offer);
}
Result<Offer> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Offer>(stored);
}
std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}
std::string_view Machine::effect_name(const Effect&) {
  return "send-offer";
}
std::optional<Instant> Machine::due_at(const Entity&) {
  return std::nullopt;
}

Event Machine::due_event(const Entity& offer) {
  invariant(false, "an offer is never due");
  return Make{offer};
}

std::optional<Event> Machine::failed(const Effect&, const Error& error) {
  return SendFailed{error.message()};
}

bool Machine::ended(const Entity& offer) {
  return offer.state != State::sending;
}

}  // namespace kontor::domain::issuance::offer
