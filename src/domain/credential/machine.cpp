#include <algorithm>
#include <array>

#include "base/json/stored.hpp"
#include "domain/credential/codec.hpp"
#include "domain/credential/decide.hpp"

namespace kontor::domain::credential {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  using entity::Field;
  using entity::FieldType;
  static constexpr std::array fields{
      Field{.name = "id", .path = "id"},
      Field{.name = "issuerId", .path = "issuerId", .indexed = true},
      Field{.name = "holderId", .path = "holderId"},
      Field{.name = "state", .path = "state", .type = FieldType::number},
      Field{.name = "usage", .path = "usage"},
      Field{.name = "verifiableCredential.format", .path = "verifiableCredential.format"},
      Field{.name = "verifiableCredential.credential.id", .path = "verifiableCredential.credential.id"},
      Field{.name = "verifiableCredential.credential.type",
            .path = "verifiableCredential.credential.type[]",
            .indexed = true},
      Field{.name = "verifiableCredential.credential.@context",
            .path = "verifiableCredential.credential.@context[]"},
      Field{.name = "verifiableCredential.credential.expirationDate",
            .path = "verifiableCredential.credential.expirationDate",
            .type = FieldType::instant},
  };
  static constexpr entity::Kind kind{.name = "credential",
                                     .fields = fields,
                                     .free_properties = "metadata",
                                     .keep_after_end = std::chrono::hours(24 * 365),
                                     .audited = true,
                                     .protocol = entity::Protocol::dcp};
  return kind;
}

std::string Machine::encode(const Entity& credential) {
  return json::encode(credential);
}

Result<StoredCredential> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<StoredCredential>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}

std::string_view Machine::effect_name(const Effect& effect) {
  return std::holds_alternative<CheckStatus>(effect) ? "check-status" : "request-renewal";
}

std::optional<Instant> Machine::due_at(const Entity& credential) {
  std::optional<Instant> soonest;
  const auto consider = [&](const std::optional<Instant>& moment) {
    if (moment && (!soonest || *moment < *soonest)) soonest = moment;
  };
  consider(credential.check_at);
  consider(credential.renew_at);
  if (!credential.warn_at.empty()) consider(credential.warn_at.front());
  const auto& content = credential.credential;
  if (credential.state == State::not_yet_valid) consider(content.valid_from);
  if (credential.state != State::revoked && credential.state != State::expired) consider(content.valid_until);
  return soonest;
}

Event Machine::due_event(const Entity&) {
  return Due{};
}

std::optional<Event> Machine::failed(const Effect& effect, const Error&) {
  if (std::holds_alternative<CheckStatus>(effect)) return StatusUnreadable{};
  return RenewalEnded{.delivered = false};
}

/// What the credential claims about its subject is not told.
std::string Machine::event_body(const Entity& credential, std::string_view) {
  return json::serialize(json::ObjectWriter()
                             .field("issuerDid", credential.credential.issuer)
                             .field("credentialTypes", credential.credential.types)
                             .field("expirationDate", credential.credential.valid_until)
                             .field("renewAt", credential.renew_at)
                             .done());
}

bool Machine::ended(const Entity& credential) {
  if (credential.state == State::revoked) return true;
  return credential.state == State::expired && !credential.renew_at;
}

}  // namespace kontor::domain::credential
