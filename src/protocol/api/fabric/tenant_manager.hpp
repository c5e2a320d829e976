#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time/time.hpp"
#include "protocol/api/fabric/messages.hpp"
#include "protocol/api/fabric/types.hpp"

/// Bodies of the Tenant Manager's API. Readers ignore members they do not know and take null as absent:
/// portals post whole profiles with ids and nulls. `version` is 0 for what is new and one more after each
/// change.
namespace kontor::protocol::api::fabric {

struct Tenant {
  TenantId id;
  std::uint64_t version = 0;
  json::Object properties;

  bool operator==(const Tenant&) const = default;
};

struct NewTenant {
  json::Object properties;

  bool operator==(const NewTenant&) const = default;
};

/// Sets `properties` (one level deep), then takes the keys `removed` away.
struct PropertiesDiff {
  json::Object properties;
  std::vector<std::string> removed;

  bool operator==(const PropertiesDiff&) const = default;
};

/// A place where virtual participant agents run. `properties.labels` (an object of strings) is what placement
/// looks at.
struct Cell {
  CellId id;
  std::uint64_t version = 0;
  std::string external_id;  ///< of whoever runs it; unique where it is not empty
  DeploymentState state = DeploymentState::initial;
  Instant state_timestamp;
  json::Object properties;

  bool operator==(const Cell&) const = default;
};

struct NewCell {
  std::string external_id;
  DeploymentState state = DeploymentState::initial;
  std::optional<Instant> state_timestamp;
  json::Object properties;

  bool operator==(const NewCell&) const = default;
};

/// Changes a cell: takes it out of service (`offline`, `locked`) and back, labels it.
struct CellPatch {
  std::optional<DeploymentState> state;
  PropertiesDiff diff;

  bool operator==(const CellPatch&) const = default;
};

/// What a dataspace demands of its participants.
struct DataspaceSpec {
  std::vector<std::string> protocol_stack;
  std::vector<CredentialSpec> credential_specs;

  bool operator==(const DataspaceSpec&) const = default;
};

/// A dataspace profile on a cell.
struct DataspaceDeployment {
  DeploymentId id;
  std::uint64_t version = 0;
  DeploymentState state = DeploymentState::initial;
  Instant state_timestamp;
  CellId cell_id;
  std::string external_cell_id;
  json::Object properties;

  bool operator==(const DataspaceDeployment&) const = default;
};

struct DataspaceProfile {
  DataspaceProfileId id;
  std::uint64_t version = 0;
  DataspaceSpec spec;
  std::vector<std::string> artifacts;
  std::vector<DataspaceDeployment> deployments;
  json::Object properties;

  bool operator==(const DataspaceProfile&) const = default;
};

struct NewDataspaceProfile {
  DataspaceSpec spec;
  std::vector<std::string> artifacts;
  json::Object properties;

  bool operator==(const NewDataspaceProfile&) const = default;
};

/// Where to deploy the dataspace profile of the path. Portals send no body: then the one active cell is
/// meant.
struct NewDataspaceDeployment {
  std::optional<DataspaceProfileId> profile_id;  ///< must be that of the path where given
  std::optional<CellId> cell_id;

  bool operator==(const NewDataspaceDeployment&) const = default;
};

struct VirtualParticipantAgent {
  VpaId id;
  std::uint64_t version = 0;
  DeploymentState state = DeploymentState::initial;
  Instant state_timestamp;
  VpaType type = VpaType::control_plane;
  CellId cell_id;
  json::Object properties;

  bool operator==(const VirtualParticipantAgent&) const = default;
};

/// The roles of a participant in each dataspace, by the id of the dataspace profile.
using ParticipantRoles = std::map<std::string, std::vector<std::string>>;

/// A participant of dataspaces that belongs to a tenant. `properties."cfm.vpa.state"` holds what its
/// deployment put out.
struct ParticipantProfile {
  ParticipantProfileId id;
  std::uint64_t version = 0;
  Did identifier;
  TenantId tenant_id;
  ParticipantRoles participant_roles;
  std::vector<VirtualParticipantAgent> vpas;
  json::Object properties;
  bool error = false;
  std::string error_detail;

  bool operator==(const ParticipantProfile&) const = default;
};

/// The order to onboard a participant.
struct NewParticipantProfile {
  Did identifier;
  std::optional<CellId> cell_id;                          ///< none: any cell that fits
  std::map<std::string, std::string> cell_labels;         ///< the cell must have all of them
  std::vector<DataspaceProfileId> dataspace_profile_ids;  ///< none: all there are
  ParticipantRoles participant_roles;
  std::map<std::string, json::Object> vpa_properties;  ///< by VPA type: `cfm.dataplane`
  json::Object properties;

  bool operator==(const NewParticipantProfile&) const = default;
};

Result<void> read(const json::Node& node, Tenant& out);
json::Value write(const Tenant& tenant);
Result<void> read(const json::Node& node, NewTenant& out);
json::Value write(const NewTenant& tenant);
Result<void> read(const json::Node& node, PropertiesDiff& out);
json::Value write(const PropertiesDiff& diff);
Result<void> read(const json::Node& node, Cell& out);
json::Value write(const Cell& cell);
Result<void> read(const json::Node& node, NewCell& out);
json::Value write(const NewCell& cell);
Result<void> read(const json::Node& node, CellPatch& out);
json::Value write(const CellPatch& patch);
Result<void> read(const json::Node& node, DataspaceSpec& out);
json::Value write(const DataspaceSpec& spec);
Result<void> read(const json::Node& node, DataspaceDeployment& out);
json::Value write(const DataspaceDeployment& deployment);
Result<void> read(const json::Node& node, DataspaceProfile& out);
json::Value write(const DataspaceProfile& profile);
Result<void> read(const json::Node& node, NewDataspaceProfile& out);
json::Value write(const NewDataspaceProfile& profile);
Result<void> read(const json::Node& node, NewDataspaceDeployment& out);
json::Value write(const NewDataspaceDeployment& deployment);
Result<void> read(const json::Node& node, VirtualParticipantAgent& out);
json::Value write(const VirtualParticipantAgent& vpa);
Result<void> read(const json::Node& node, ParticipantProfile& out);
json::Value write(const ParticipantProfile& profile);
/// Errors besides: invalid_input (an identifier that is no DID, an unknown VPA type).
Result<void> read(const json::Node& node, NewParticipantProfile& out);
json::Value write(const NewParticipantProfile& profile);

/// Applies a diff to properties.
void apply(const PropertiesDiff& diff, json::Object& properties);

}  // namespace kontor::protocol::api::fabric
