#include <array>

#include "base/json/stored.hpp"
#include "domain/credential_request/codec.hpp"
#include "domain/credential_request/decide.hpp"

namespace kontor::domain::credential_request {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "holderPid", .path = "holderPid"},
      entity::Field{.name = "issuerDid", .path = "issuerDid", .indexed = true},
      entity::Field{.name = "issuerPid", .path = "issuerPid"},
      entity::Field{.name = "state", .path = "state", .indexed = true},
      entity::Field{.name = "credentialType", .path = "credentials[].credentialType"},
  };
  static constexpr entity::Kind kind{.name = "credential-request",
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 90),
                                     .audited = true,
                                     .protocol = entity::Protocol::dcp};
  return kind;
}

std::string Machine::encode(const Entity& request) {
  return json::encode(request);
}

Result<CredentialRequest> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<CredentialRequest>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}

std::string_view Machine::effect_name(const Effect& effect) {
  if (std::holds_alternative<SendCredentialRequest>(effect)) return "send-credential-request";
  return std::holds_alternative<EndRenewal>(effect) ? "end-renewal" : "query-request-status";
}

std::optional<Instant> Machine::due_at(const Entity& request) {
  return request.query_status_at;
}
Event Machine::due_event(const Entity&) {
  return StatusQueryDue{};
}

/// A renewal whose end cannot be told is set aside: forgotten, it would never be tried again.
std::optional<Event> Machine::failed(const Effect& effect, const Error& error) {
  if (std::holds_alternative<EndRenewal>(effect)) return std::nullopt;
  if (std::holds_alternative<SendCredentialRequest>(effect)) return SendFailed{error.message()};
  return StatusAnswered{};
}

bool Machine::ended(const Entity& request) {
  return request.state == State::issued || request.state == State::error;
}

}  // namespace kontor::domain::credential_request
