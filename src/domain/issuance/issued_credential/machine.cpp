#include <array>

#include "base/json/stored.hpp"
#include "domain/issuance/issued_credential/codec.hpp"
#include "domain/issuance/issued_credential/decide.hpp"

namespace kontor::domain::issuance::issued_credential {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  using entity::Field;
  static constexpr std::array fields{
      Field{.name = "id", .path = "id"},
      Field{.name = "process", .path = "process"},
      Field{.name = "holderId", .path = "holderId", .indexed = true},
      Field{.name = "credentialDefinition", .path = "credentialDefinition"},
      Field{.name = "format", .path = "format"},
      Field{.name = "state", .path = "state"},
      Field{.name = "credential.type", .path = "credential.type[]"},
      Field{.name = "credential.expirationDate",
            .path = "credential.expirationDate",
            .type = entity::FieldType::instant},
  };
  static constexpr entity::Kind kind{.name = "issued-credential", .fields = fields, .audited = true};
  return kind;
}

std::string Machine::encode(const Entity& credential) {
  return json::encode(credential);
}

Result<IssuedCredential> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<IssuedCredential>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}
std::string_view Machine::effect_name(const Effect&) {
  return "mark-status";
}
std::optional<Instant> Machine::due_at(const Entity&) {
  return std::nullopt;
}

Event Machine::due_event(const Entity&) {
  invariant(false, "an issued credential is never due");
  return Revoke{};
}

/// A revocation that does not reach the list must not be forgotten: an operator sees it.
std::optional<Event> Machine::failed(const Effect&, const Error&) {
  return std::nullopt;
}

/// Kept as long as the issuer wants: the record proves what was issued.
bool Machine::ended(const Entity&) {
  return false;
}

}  // namespace kontor::domain::issuance::issued_credential
