#include <array>

#include "base/json/stored.hpp"
#include "domain/credential_offer/codec.hpp"
#include "domain/credential_offer/decide.hpp"

namespace kontor::domain::credential_offer {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "issuerDid", .path = "issuerDid", .indexed = true},
      entity::Field{.name = "state", .path = "state", .indexed = true},
      entity::Field{.name = "credentialType", .path = "credentials[].credentialType"},
  };
  static constexpr entity::Kind kind{.name = "credential-offer",
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 30),
                                     .audited = true,
                                     .protocol = entity::Protocol::dcp};
  return kind;
}

std::string Machine::encode(const Entity& offer) {
  return json::encode(offer);
}

Result<CredentialOffer> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<CredentialOffer>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}

std::string_view Machine::effect_name(const Effect& effect) {
  return std::holds_alternative<ReadMetadata>(effect) ? "read-issuer-metadata" : "make-credential-request";
}

std::string Machine::effect_group(const Effect& effect) {
  return std::visit([](const auto& one) { return one.issuer.str(); }, effect);
}

std::optional<Instant> Machine::due_at(const Entity& offer) {
  return offer.lapses_at;
}
Event Machine::due_event(const Entity&) {
  return Due{};
}

std::optional<Event> Machine::failed(const Effect& effect, const Error& error) {
  if (std::holds_alternative<ReadMetadata>(effect)) return MetadataUnreadable{error.message()};
  return RequestFailed{error.message()};
}

std::string Machine::event_body(const Entity& offer, std::string_view) {
  json::Array types;
  for (const auto& each : offer.credentials) {
    if (each.credential_type) types.emplace_back(*each.credential_type);
  }
  auto body =
      json::ObjectWriter().field("issuerDid", offer.issuer).field("credentialTypes", json::Value(types));
  if (offer.refusal) body.field("reason", offer.refusal->reason);
  return json::serialize(body.field("holderPid", offer.holder_pid).done());
}

bool Machine::ended(const Entity& offer) {
  return offer.state == State::processed || offer.state == State::rejected;
}

}  // namespace kontor::domain::credential_offer
