#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/tenant/documents.hpp"

/// Where a participant is deployed, and with which credentials: decided from data that an operator can read
/// back.
namespace kontor::domain::tenant {

using api::CredentialSpec;
using api::NewParticipantProfile;
using api::ParticipantRoles;

/// A cell, and how many participants it has where that may decide: none, nobody has counted.
struct CellCandidate {
  Cell cell;
  std::optional<std::uint64_t> participants;
};

/// Whether the choice among these may depend on how many participants they have.
bool depends_on_participants(std::span<const Cell> cells);

/// What a cell must offer.
struct CellDemand {
  std::optional<CellId> cell_id;                 ///< this one and no other
  std::map<std::string, std::string> labels;     ///< `properties.labels` of the cell must have all of them
  std::span<const DataspaceProfile> dataspaces;  ///< one of which must be deployed there
  bool every_dataspace = false;                  ///< … all of which, because they were asked for by name
};

/// Why a cell was or was not chosen.
struct CellVerdict {
  CellId cell;
  bool fits = false;
  std::string reasons;

  bool operator==(const CellVerdict&) const = default;
};

struct CellChoice {
  Cell cell;
  std::vector<CellVerdict> considered;  ///< the best first

  bool operator==(const CellChoice&) const = default;
};

/// The cell for a participant: active, with an active deployment of the dataspaces, the wanted labels, and
/// room
/// (`properties.capacity`, a number of participants). Of several the one that offers most of the dataspaces,
/// then the one with the fewest participants, then the first by id. Pure: the same cells give the same
/// answer. Errors: invalid_input (the cell that was asked for does not exist), conflict (none fits; says why
/// for each).
Result<CellChoice> select_cell(const CellDemand& demand, std::span<const CellCandidate> cells);

/// The credentials that a participant needs: of each dataspace those for everybody and those for its roles
/// there, in order, each once.
std::vector<CredentialSpec> select_credentials(std::span<const DataspaceProfile> dataspaces,
                                               const ParticipantRoles& roles);

/// Everything that is decided before a participant is created.
struct DeploymentPlan {
  CellChoice placement;
  std::vector<DataspaceProfileId> dataspaces;
  std::vector<CredentialSpec> credentials;

  bool operator==(const DeploymentPlan&) const = default;
};

/// Plans an order: its dataspaces are those it names, or all there are. Errors besides those of
/// `select_cell`: invalid_input (a dataspace or a role's dataspace that does not exist), conflict (there is
/// no dataspace).
Result<DeploymentPlan> plan_deployment(const NewParticipantProfile& order,
                                       std::span<const DataspaceProfile> dataspaces,
                                       std::span<const CellCandidate> cells);

}  // namespace kontor::domain::tenant
