#include "domain/tenant/decide.hpp"

#include <algorithm>

namespace kontor::domain::tenant {
namespace {

constexpr std::size_t verdicts_max = 20;

Decision unchanged(const ParticipantProfile& profile) {
  return {.next = profile};
}

void move_to(ParticipantProfile& profile, DeploymentState state, Instant now) {
  for (auto& vpa : profile.vpas) {
    vpa.state = state;
    vpa.state_since = now;
    ++vpa.version;
  }
}

/// What the deployment put out, empty where it put out nothing.
json::Object outputs_of(const ParticipantProfile& profile) {
  const auto* state = profile.properties.if_contains(api::vpa_state_key);
  return state && state->is_object() ? state->get_object() : json::Object();
}

json::Value explanation(const CellChoice& placement) {
  json::Array considered;
  for (const auto& verdict : placement.considered) {
    if (considered.size() == verdicts_max) break;
    considered.push_back(json::ObjectWriter()
                             .field("cellId", verdict.cell)
                             .field("fits", verdict.fits)
                             .field("reasons", verdict.reasons)
                             .done());
  }
  return json::Object{{"cellId", placement.cell.id.str()}, {"considered", std::move(considered)}};
}

Vpa make_vpa(const DeployOrdered& event, std::size_t index, Instant now) {
  const auto type = all_vpa_types[index];
  const auto& cell = event.plan.placement.cell;
  Vpa vpa{.id = event.vpa_ids[index],
          .version = 0,
          .type = type,
          .state = DeploymentState::pending,
          .state_since = now,
          .cell_id = cell.id,
          .external_cell_id = cell.external_id,
          .properties = {}};
  const auto properties = event.order.vpa_properties.find(std::string(api::vpa_type_names.name(type)));
  if (properties != event.order.vpa_properties.end()) vpa.properties = properties->second;
  return vpa;
}

Decision deploy(const DeployOrdered& event, Instant now) {
  ParticipantProfile profile{.id = event.id,
                             .identifier = event.order.identifier,
                             .tenant_id = event.tenant_id,
                             .dataspaces = event.plan.dataspaces,
                             .participant_roles = event.order.participant_roles,
                             .credentials = event.plan.credentials,
                             .vpas = {},
                             .properties = event.order.properties,
                             .deployment = event.manifest};
  for (std::size_t i = 0; i < all_vpa_types.size(); ++i) profile.vpas.push_back(make_vpa(event, i, now));
  profile.properties.erase(api::vpa_state_key);
  profile.properties.insert_or_assign(placement_key, explanation(event.plan.placement));
  return {.next = profile,
          .effects = {StartOrchestration{deploy_manifest(profile)}},
          .happened = {"participant.profile.deploying"}};
}

/// The rules of a profile that exists, one for each event.
struct Rules {
  const ParticipantProfile& profile;
  Instant now;

  Result<Decision> operator()(const DeployOrdered& event) const {
    if (event.manifest == profile.deployment) return unchanged(profile);
    return fail(ErrorCode::conflict, "participant profile '{}' exists already", profile.id);
  }

  Result<Decision> operator()(const Deployed& event) const {
    const auto state = state_of(profile);
    const bool open = state == DeploymentState::pending || state == DeploymentState::error;
    if (event.manifest != profile.deployment || !open) return unchanged(profile);
    auto next = profile;
    next.properties.insert_or_assign(api::vpa_state_key, event.outputs);
    next.error = false;
    next.error_detail.clear();
    return moved(std::move(next), DeploymentState::active, "participant.profile.deployed");
  }

  Result<Decision> operator()(const DeployFailed& event) const {
    const auto state = state_of(profile);
    const bool open = state == DeploymentState::pending || state == DeploymentState::error;
    const bool known = profile.error && profile.error_detail == event.reason;
    if (event.manifest != profile.deployment || !open || known) return unchanged(profile);
    auto next = profile;
    next.properties.insert_or_assign(api::vpa_state_key, event.outputs);
    next.error = true;
    next.error_detail = event.reason;
    return moved(std::move(next), DeploymentState::error, "participant.profile.deploy.failed");
  }

  Result<Decision> operator()(const DisposeOrdered& event) const {
    const auto state = state_of(profile);
    if (state == DeploymentState::disposing || state == DeploymentState::disposed) return unchanged(profile);
    if (state != DeploymentState::active && state != DeploymentState::error) {
      return fail(ErrorCode::illegal_transition,
                  "the participant is being deployed: wait for the end of orchestration '{}', or cancel it",
                  profile.deployment);
    }
    auto next = profile;
    if (state == DeploymentState::error && outputs_of(profile).empty()) {
      return moved(std::move(next), DeploymentState::disposed, "participant.profile.disposed");
    }
    next.disposal = event.manifest;
    auto manifest = dispose_manifest(next, event.manifest);
    auto decision = moved(std::move(next), DeploymentState::disposing, "participant.profile.disposing");
    decision.effects.push_back(StartOrchestration{std::move(manifest)});
    return decision;
  }

  Result<Decision> operator()(const Disposed& event) const {
    const auto state = state_of(profile);
    if (state == DeploymentState::active || state == DeploymentState::disposed) return unchanged(profile);
    auto next = profile;
    if (event.manifest == profile.disposal) {
      next.error = false;
      next.error_detail.clear();
    } else if (state == DeploymentState::pending) {
      next.error = true;
      next.error_detail = "the deployment was undone";
    }
    return moved(std::move(next), DeploymentState::disposed, "participant.profile.disposed");
  }

  Result<Decision> operator()(const DisposeFailed& event) const {
    const auto state = state_of(profile);
    const bool ours = event.manifest == profile.disposal;
    const bool undoing = !ours && state == DeploymentState::error;
    const auto reason = undoing ? "undoing the deployment failed: " + event.reason : event.reason;
    if ((!undoing && !(ours && state == DeploymentState::disposing)) ||
        profile.error_detail.contains(reason)) {
      return unchanged(profile);
    }
    auto next = profile;
    next.error = true;
    next.error_detail = undoing ? profile.error_detail + "; " + reason : reason;
    return moved(std::move(next), DeploymentState::error, "participant.profile.dispose.failed");
  }

 private:
  Decision moved(ParticipantProfile next, DeploymentState state, std::string happened) const {
    if (state_of(next) != state) move_to(next, state, now);
    return {.next = std::move(next), .happened = {std::move(happened)}};
  }
};

std::vector<api::VpaData> vpa_data(const ParticipantProfile& profile) {
  std::vector<api::VpaData> data;
  for (const auto& vpa : profile.vpas) {
    data.push_back({.id = vpa.id,
                    .type = vpa.type,
                    .cell_id = vpa.cell_id,
                    .external_cell_id = vpa.external_cell_id,
                    .properties = vpa.properties});
  }
  return data;
}

void add_common(json::Object& payload, const ParticipantProfile& profile) {
  payload.insert_or_assign(api::participant_id_key, profile.identifier.str());
  payload.insert_or_assign(api::vpa_data_key, json::write(vpa_data(profile)));
  payload.insert_or_assign(api::vpa_credentials_key, json::write(profile.credentials));
}

}  // namespace

Result<Decision> decide(const ParticipantProfile* current, const Event& event, Instant now) {
  if (current) return std::visit(Rules{*current, now}, event);
  if (const auto* ordered = std::get_if<DeployOrdered>(&event)) return deploy(*ordered, now);
  return fail(ErrorCode::not_found, "there is no such participant profile");
}

DeploymentState state_of(const ParticipantProfile& profile) {
  return profile.vpas.empty() ? DeploymentState::initial : profile.vpas.front().state;
}

Result<Event> event_of(const api::OrchestrationResponse& response) {
  const auto& manifest = response.manifest_id;
  if (response.orchestration_type == api::deploy_type) {
    if (response.success) return Deployed{manifest, response.properties};
    return DeployFailed{manifest, response.error_detail, response.properties};
  }
  if (response.orchestration_type == api::dispose_type) {
    if (response.success) return Disposed{manifest};
    return DisposeFailed{manifest, response.error_detail};
  }
  return invalid("/orchestrationType", "'{}' neither deploys nor disposes", response.orchestration_type);
}

OrchestrationManifest deploy_manifest(const ParticipantProfile& profile) {
  OrchestrationManifest manifest{.id = profile.deployment,
                                 .correlation_id = profile.id.str(),
                                 .orchestration_type = std::string(api::deploy_type),
                                 .payload = {}};
  add_common(manifest.payload, profile);
  return manifest;
}

OrchestrationManifest dispose_manifest(const ParticipantProfile& profile, const OrchestrationId& id) {
  const auto outputs = outputs_of(profile);
  OrchestrationManifest manifest{.id = id,
                                 .correlation_id = profile.id.str(),
                                 .orchestration_type = std::string(api::dispose_type),
                                 .payload = outputs};
  add_common(manifest.payload, profile);
  manifest.payload.insert_or_assign(api::vpa_state_key, outputs);
  return manifest;
}

api::ParticipantProfile view_of(const ParticipantProfile& profile, std::uint64_t version) {
  api::ParticipantProfile view{.id = profile.id,
                               .version = version,
                               .identifier = profile.identifier,
                               .tenant_id = profile.tenant_id,
                               .participant_roles = profile.participant_roles,
                               .vpas = {},
                               .properties = profile.properties,
                               .error = profile.error,
                               .error_detail = profile.error_detail};
  for (const auto& vpa : profile.vpas) {
    view.vpas.push_back({.id = vpa.id,
                         .version = vpa.version,
                         .state = vpa.state,
                         .state_timestamp = vpa.state_since,
                         .type = vpa.type,
                         .cell_id = vpa.cell_id,
                         .properties = vpa.properties});
  }
  return view;
}

}  // namespace kontor::domain::tenant
