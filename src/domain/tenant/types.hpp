#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/tenant/placement.hpp"

namespace kontor::domain::tenant {

using api::OrchestrationId;
using api::OrchestrationManifest;
using api::ParticipantProfileId;
using api::VpaId;
using api::VpaType;

inline constexpr std::array all_vpa_types{VpaType::control_plane, VpaType::credential_service,
                                          VpaType::data_plane, VpaType::issuer};
inline constexpr std::string_view placement_key = "cfm.placement";

/// A virtual participant agent. All agents of a profile change their state together.
struct Vpa {
  VpaId id;
  std::uint64_t version = 0;
  VpaType type = VpaType::control_plane;
  DeploymentState state = DeploymentState::pending;
  Instant state_since;
  CellId cell_id;
  std::string external_cell_id;
  json::Object properties;

  bool operator==(const Vpa&) const = default;
};

/// A participant of dataspaces. `properties` shows clients what the deployment put out (`cfm.vpa.state`) and
/// why it is where it is (`cfm.placement`).
struct ParticipantProfile {
  ParticipantProfileId id;
  Did identifier;
  TenantId tenant_id;
  std::vector<DataspaceProfileId> dataspaces;
  ParticipantRoles participant_roles;
  std::vector<CredentialSpec> credentials;  ///< what it was onboarded with; off-boarding revokes them
  std::vector<Vpa> vpas;
  json::Object properties;
  bool error = false;
  std::string error_detail;
  OrchestrationId deployment;               ///< the orchestration that deploys it
  std::optional<OrchestrationId> disposal;  ///< the latest that disposes of it

  bool operator==(const ParticipantProfile&) const = default;
};

/// The state of all of its agents.
DeploymentState state_of(const ParticipantProfile& profile);

/// Onboarding is ordered. The ids are fresh, so that deciding needs no randomness.
struct DeployOrdered {
  ParticipantProfileId id;
  TenantId tenant_id;
  NewParticipantProfile order;
  DeploymentPlan plan;
  std::array<VpaId, all_vpa_types.size()> vpa_ids;
  OrchestrationId manifest;
};
struct Deployed {
  OrchestrationId manifest;
  json::Object outputs;
};
struct DeployFailed {
  OrchestrationId manifest;
  std::string reason;
  json::Object outputs;  ///< of the activities that were complete
};
struct DisposeOrdered {
  OrchestrationId manifest;
};
/// Also the answer to a compensation, whose manifest the provision manager made.
struct Disposed {
  OrchestrationId manifest;
};
struct DisposeFailed {
  OrchestrationId manifest;
  std::string reason;
};

using Event = std::variant<DeployOrdered, Deployed, DeployFailed, DisposeOrdered, Disposed, DisposeFailed>;

/// Hand the manifest to the provision manager.
struct StartOrchestration {
  OrchestrationManifest manifest;

  bool operator==(const StartOrchestration&) const = default;
};

using Effect = std::variant<StartOrchestration>;

}  // namespace kontor::domain::tenant
