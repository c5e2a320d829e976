#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"

/// The words that the fabric's APIs and its messages share. Spelled as the Connector Fabric Manager, API
/// v1alpha1, spells them, so that its clients, agents and portals keep working.
namespace kontor::protocol::api::fabric {

using TenantId = Id<struct TenantIdTag>;
using ParticipantProfileId = Id<struct ParticipantProfileIdTag>;
using VpaId = Id<struct VpaIdTag>;
using CellId = Id<struct CellIdTag>;
using DataspaceProfileId = Id<struct DataspaceProfileIdTag>;
using DeploymentId = Id<struct DeploymentIdTag>;
/// An orchestration has the id of the manifest that started it.
using OrchestrationId = Id<struct OrchestrationIdTag>;
using TemplateRef = Id<struct TemplateRefTag>;
/// An activity within its orchestration definition.
using ActivityId = Id<struct ActivityIdTag>;

/// The state of whatever is deployed: a virtual participant agent, a cell, a dataspace on a cell. Clients
/// know these eight and no others.
enum class DeploymentState : std::uint8_t {
  initial,
  pending,  ///< being provisioned
  active,
  disposing,
  disposed,
  locked,
  offline,
  error
};
inline constexpr json::EnumNames<DeploymentState, 8> deployment_state_names{
    {{DeploymentState::initial, "initial"},
     {DeploymentState::pending, "pending"},
     {DeploymentState::active, "active"},
     {DeploymentState::disposing, "disposing"},
     {DeploymentState::disposed, "disposed"},
     {DeploymentState::locked, "locked"},
     {DeploymentState::offline, "offline"},
     {DeploymentState::error, "error"}}};

/// Reads any case; an empty string is `initial`.
Result<void> read(const json::Node& node, DeploymentState& out);
json::Value write(DeploymentState state);

/// What acts for a participant in a cell. A participant profile has one of each.
enum class VpaType : std::uint8_t { control_plane, credential_service, data_plane, issuer };
inline constexpr json::EnumNames<VpaType, 4> vpa_type_names{
    {{VpaType::control_plane, "cfm.connector"},
     {VpaType::credential_service, "cfm.credentialservice"},
     {VpaType::data_plane, "cfm.dataplane"},
     {VpaType::issuer, "cfm.issuer"}}};

Result<void> read(const json::Node& node, VpaType& out);
json::Value write(VpaType type);

/// Names of activity and orchestration types: letters, digits, dot, dash, underscore; at most 128 characters.
bool is_type_name(std::string_view text);

inline constexpr std::string_view deploy_type = "cfm.orchestration.vpa.deploy";
inline constexpr std::string_view dispose_type = "cfm.orchestration.vpa.dispose";

}  // namespace kontor::protocol::api::fabric
