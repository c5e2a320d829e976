#include "domain/tenant/placement.hpp"

#include <algorithm>
#include <tuple>

namespace kontor::domain::tenant {
namespace {

bool is_deployed(const DataspaceProfile& dataspace, const CellId& cell) {
  return std::ranges::any_of(dataspace.deployments, [&](const api::DataspaceDeployment& deployment) {
    return deployment.cell_id == cell && deployment.state == DeploymentState::active;
  });
}

std::string label_of(const Cell& cell, const std::string& name) {
  const auto* labels = cell.properties.if_contains("labels");
  const auto* label = labels ? json::find(*labels, name) : nullptr;
  const auto* text = label ? label->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

std::optional<std::uint64_t> capacity_of(const Cell& cell) {
  const auto* capacity = cell.properties.if_contains("capacity");
  const auto* number = capacity ? capacity->if_int64() : nullptr;
  return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

/// A cell measured against a demand.
struct Measured {
  const CellCandidate* candidate;
  std::size_t offered = 0;  ///< how many of the dataspaces
  std::vector<std::string> obstacles;

  bool fits() const { return obstacles.empty(); }
  /// Smaller is better.
  auto rank() const {
    return std::tuple(!fits(), ~offered, candidate->participants, candidate->cell.id.str());
  }
};

Measured measure(const CellDemand& demand, const CellCandidate& candidate) {
  const auto& cell = candidate.cell;
  Measured measured{.candidate = &candidate};
  const auto object = [&](std::string obstacle) { measured.obstacles.push_back(std::move(obstacle)); };
  if (demand.cell_id && *demand.cell_id != cell.id) object("another cell was asked for");
  if (cell.state != DeploymentState::active) {
    object("it is " + std::string(api::deployment_state_names.name(cell.state)));
  }
  for (const auto& [name, value] : demand.labels) {
    const auto label = label_of(cell, name);
    if (label != value) object(fmt::format("its label {} is '{}', not '{}'", name, label, value));
  }
  for (const auto& dataspace : demand.dataspaces) {
    if (is_deployed(dataspace, cell.id)) {
      ++measured.offered;
    } else if (demand.every_dataspace) {
      object(fmt::format("dataspace '{}' is not deployed there", dataspace.id));
    }
  }
  if (measured.offered == 0 && !demand.every_dataspace) object("no dataspace is deployed there");
  if (const auto capacity = capacity_of(cell); capacity && candidate.participants >= *capacity) {
    object(fmt::format("it is full with {} participants", *candidate.participants));
  }
  return measured;
}

CellVerdict verdict_on(const Measured& measured, std::size_t dataspaces) {
  CellVerdict verdict{.cell = measured.candidate->cell.id, .fits = measured.fits(), .reasons = {}};
  if (verdict.fits) {
    verdict.reasons = fmt::format("offers {} of {} dataspaces", measured.offered, dataspaces);
    const auto& participants = measured.candidate->participants;
    if (participants) verdict.reasons += fmt::format(", has {} participants", *participants);
  }
  for (const auto& obstacle : measured.obstacles) {
    verdict.reasons += (verdict.reasons.empty() ? "" : "; ") + obstacle;
  }
  return verdict;
}

std::string explain(const std::vector<CellVerdict>& considered) {
  static constexpr std::size_t told_max = 10;
  std::string text;
  for (std::size_t i = 0; i < considered.size() && i < told_max; ++i) {
    text += fmt::format("{}{}: {}", i == 0 ? "" : "; ", considered[i].cell, considered[i].reasons);
  }
  return text;
}

/// The dataspaces that an order means. Errors: invalid_input, conflict.
Result<std::vector<DataspaceProfile>> select_dataspaces(const NewParticipantProfile& order,
                                                        std::span<const DataspaceProfile> dataspaces) {
  if (dataspaces.empty()) return fail(ErrorCode::conflict, "there is no dataspace profile: create one first");
  if (order.dataspace_profile_ids.empty()) return std::vector(dataspaces.begin(), dataspaces.end());
  std::vector<DataspaceProfile> selected;
  for (const auto& id : order.dataspace_profile_ids) {
    const auto found = std::ranges::find(dataspaces, id, &DataspaceProfile::id);
    if (found == dataspaces.end())
      return invalid("/dataspaceProfileIds", "there is no dataspace profile '{}'", id);
    const bool again = std::ranges::find(selected, id, &DataspaceProfile::id) != selected.end();
    if (!again) selected.push_back(*found);
  }
  return selected;
}

Result<void> check_roles(const ParticipantRoles& roles, std::span<const DataspaceProfile> selected) {
  for (const auto& [dataspace, names] : roles) {
    const auto is_it = [&](const DataspaceProfile& profile) { return profile.id.str() == dataspace; };
    if (std::ranges::none_of(selected, is_it)) {
      return invalid("/participantRoles", "'{}' is no dataspace profile of this participant", dataspace);
    }
  }
  return {};
}

}  // namespace

bool depends_on_participants(std::span<const Cell> cells) {
  const auto is_bounded = [](const Cell& cell) { return capacity_of(cell).has_value(); };
  return cells.size() > 1 || std::ranges::any_of(cells, is_bounded);
}

Result<CellChoice> select_cell(const CellDemand& demand, std::span<const CellCandidate> cells) {
  if (cells.empty()) return fail(ErrorCode::conflict, "there is no cell: create one first");
  const auto is_wanted = [&](const CellCandidate& candidate) { return candidate.cell.id == *demand.cell_id; };
  if (demand.cell_id && std::ranges::none_of(cells, is_wanted)) {
    return invalid("/cellId", "there is no cell '{}'", *demand.cell_id);
  }
  std::vector<Measured> measured;
  for (const auto& candidate : cells) measured.push_back(measure(demand, candidate));
  std::ranges::sort(measured, {}, &Measured::rank);
  CellChoice choice{.cell = measured.front().candidate->cell, .considered = {}};
  for (const auto& one : measured) choice.considered.push_back(verdict_on(one, demand.dataspaces.size()));
  if (!measured.front().fits())
    return fail(ErrorCode::conflict, "no cell fits: {}", explain(choice.considered));
  return choice;
}

std::vector<CredentialSpec> select_credentials(std::span<const DataspaceProfile> dataspaces,
                                               const ParticipantRoles& roles) {
  std::vector<CredentialSpec> selected;
  for (const auto& dataspace : dataspaces) {
    const auto own = roles.find(dataspace.id.str());
    for (const auto& spec : dataspace.spec.credential_specs) {
      const bool for_role = !spec.role.empty();
      if (for_role && (own == roles.end() || std::ranges::find(own->second, spec.role) == own->second.end()))
        continue;
      const auto is_same = [&](const CredentialSpec& other) {
        return other.id == spec.id && other.type == spec.type && other.issuer == spec.issuer &&
               other.format == spec.format;
      };
      if (std::ranges::none_of(selected, is_same)) selected.push_back(spec);
    }
  }
  return selected;
}

Result<DeploymentPlan> plan_deployment(const NewParticipantProfile& order,
                                       std::span<const DataspaceProfile> dataspaces,
                                       std::span<const CellCandidate> cells) {
  auto selected = select_dataspaces(order, dataspaces);
  if (!selected) return fail(selected.error());
  if (auto done = check_roles(order.participant_roles, *selected); !done) return fail(done.error());
  const CellDemand demand{.cell_id = order.cell_id,
                          .labels = order.cell_labels,
                          .dataspaces = *selected,
                          .every_dataspace = !order.dataspace_profile_ids.empty()};
  auto placement = select_cell(demand, cells);
  if (!placement) return fail(placement.error());
  DeploymentPlan plan{.placement = std::move(*placement),
                      .dataspaces = {},
                      .credentials = select_credentials(*selected, order.participant_roles)};
  for (const auto& dataspace : *selected) plan.dataspaces.push_back(dataspace.id);
  return plan;
}

}  // namespace kontor::domain::tenant
