#include "base/json/stored.hpp"
#include "domain/tenant/codec.hpp"
#include "domain/tenant/decide.hpp"

namespace kontor::domain::tenant {

const entity::Kind& Machine::kind() {
  using entity::FieldType;
  static constexpr entity::Field fields[] = {
      {.name = "id", .path = "id"},
      {.name = "identifier", .path = "identifier", .indexed = true},
      {.name = "tenantId", .path = "tenantId", .indexed = true},
      {.name = "dataspaceProfileIds", .path = "dataspaceProfileIds[]"},
      {.name = "error", .path = "error", .type = FieldType::boolean},
      {.name = "errorDetail", .path = "errorDetail"},
      {.name = "vpas.id", .path = "vpas[].id"},
      {.name = "vpas.type", .path = "vpas[].type"},
      {.name = "vpas.state", .path = "vpas[].state"},
      {.name = "vpas.stateTimestamp", .path = "vpas[].stateTimestamp", .type = FieldType::instant},
      {.name = "vpas.cellId", .path = "vpas[].cellId"},
  };
  static constexpr entity::Kind kind{.name = "participant-profile",
                                     .codec_version = 1,
                                     .fields = fields,
                                     .free_properties = "properties participantRoles",
                                     .keep_after_end = std::chrono::hours(24 * 365),
                                     .audited = true};
  return kind;
}

std::string Machine::encode(const Entity& profile) {
  return json::encode(profile);
}

Result<ParticipantProfile> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<ParticipantProfile>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}

Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<tenant::Effect>(stored);
}

std::string_view Machine::effect_name(const Effect&) {
  return "start-orchestration";
}

std::optional<Instant> Machine::due_at(const Entity&) {
  return std::nullopt;
}

tenant::Event Machine::due_event(const Entity&) {
  invariant(false, "a participant profile is never due: the provision manager keeps the deadlines");
  return Disposed{};
}

std::optional<tenant::Event> Machine::failed(const Effect& effect, const Error& error) {
  const auto& manifest = std::get<StartOrchestration>(effect).manifest;
  auto reason = "the order did not reach the provision manager: " + error.message();
  if (manifest.orchestration_type == api::deploy_type)
    return DeployFailed{manifest.id, std::move(reason), {}};
  return DisposeFailed{manifest.id, std::move(reason)};
}

bool Machine::ended(const Entity& profile) {
  return state_of(profile) == DeploymentState::disposed;
}

}  // namespace kontor::domain::tenant
