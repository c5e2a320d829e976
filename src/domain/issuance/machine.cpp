#include <array>

#include "base/json/stored.hpp"
#include "domain/issuance/codec.hpp"
#include "domain/issuance/decide.hpp"

namespace kontor::domain::issuance {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "id", .path = "id"},
      entity::Field{.name = "holderId", .path = "holderId", .indexed = true},
      entity::Field{.name = "holderDid", .path = "holderDid"},
      entity::Field{.name = "holderPid", .path = "holderPid", .indexed = true},
      entity::Field{.name = "state", .path = "state", .indexed = true},
      entity::Field{.name = "credentialDefinitions", .path = "credentials[].definition"},
      entity::Field{.name = "credentialType", .path = "credentials[].credentialType"},
  };
  static constexpr entity::Kind kind{.name = "issuance-process",
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 365),
                                     .audited = true,
                                     .protocol = entity::Protocol::dcp};
  return kind;
}

std::string Machine::encode(const Entity& process) {
  return json::encode(process);
}

Result<IssuanceProcess> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<IssuanceProcess>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}

std::string_view Machine::effect_name(const Effect& effect) {
  if (std::holds_alternative<GatherAttestations>(effect)) return "gather-attestations";
  if (std::holds_alternative<DeliverCredentials>(effect)) return "deliver-credentials";
  return std::holds_alternative<DeliverRejection>(effect) ? "deliver-rejection" : "revoke-credential";
}

std::string Machine::effect_group(const Effect& effect) {
  const auto* gather = std::get_if<GatherAttestations>(&effect);
  return gather ? gather->group : "";
}

std::optional<Instant> Machine::due_at(const Entity& process) {
  return process.gathering ? process.gathering->again_at : std::nullopt;
}

Event Machine::due_event(const Entity&) {
  return GatherAgain{};
}

/// A rejection that cannot be delivered finds the process errored already, so the same event changes nothing
/// then. A credential that is to be revoked and is not must not be forgotten: an operator sees it.
std::optional<Event> Machine::failed(const Effect& effect, const Error& error) {
  if (std::holds_alternative<RevokeCredential>(effect)) return std::nullopt;
  if (std::holds_alternative<GatherAttestations>(effect)) return GatheringFailed{error.message()};
  return DeliveryFailed{error.message()};
}

bool Machine::ended(const Entity& process) {
  return process.state == State::errored || (process.state == State::delivered && !process.delivering_again);
}

}  // namespace kontor::domain::issuance
