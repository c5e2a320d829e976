#pragma once

#include <string>

#include "domain/tenant/decide.hpp"

/// What the tests of this module start from.
namespace kontor::domain::tenant::testing {

inline const Instant noon = parse_instant("2026-11-21T12:00:00Z").value();

inline Cell cell(std::string id, DeploymentState state = DeploymentState::active,
                 json::Object properties = {}) {
  return {.id = CellId(id),
          .version = 0,
          .external_id = "external-" + id,
          .state = state,
          .state_timestamp = noon,
          .properties = std::move(properties)};
}

inline CredentialSpec credential(std::string type, std::string role = "") {
  return {.id = type + "-definition",
          .type = type,
          .issuer = "did:web:issuer",
          .format = "VC1_0_JWT",
          .role = role};
}

/// A dataspace that is deployed on the given cells.
inline DataspaceProfile dataspace(std::string id, std::vector<std::string> cells,
                                  std::vector<CredentialSpec> credentials = {}) {
  DataspaceProfile profile{
      .id = DataspaceProfileId(std::move(id)),
      .version = 0,
      .spec = {.protocol_stack = {"dsp-2025-1"}, .credential_specs = std::move(credentials)},
      .artifacts = {},
      .deployments = {},
      .properties = {}};
  for (const auto& name : cells) {
    profile = *deployed_to(profile, cell(name), api::DeploymentId("on-" + name), noon);
  }
  return profile;
}

inline NewParticipantProfile order_for(std::string identifier) {
  return {.identifier = Did(std::move(identifier)),
          .cell_id = {},
          .cell_labels = {},
          .dataspace_profile_ids = {},
          .participant_roles = {{"d1", {"oem"}}},
          .vpa_properties = {{"cfm.issuer", {{"membershipType", "full"}}}},
          .properties = {{"name", "Acme"}}};
}

inline DeployOrdered deploy_order() {
  const auto order = order_for("did:web:acme");
  const std::vector dataspaces{dataspace("d1", {"c1"}, {credential("Membership"), credential("Oem", "oem")})};
  const std::vector<CellCandidate> cells{{cell("c1"), 0}};
  return {.id = ParticipantProfileId("p1"),
          .tenant_id = TenantId("t1"),
          .order = order,
          .plan = plan_deployment(order, dataspaces, cells).value(),
          .vpa_ids = {VpaId("v1"), VpaId("v2"), VpaId("v3"), VpaId("v4")},
          .manifest = OrchestrationId("deploy-1")};
}

inline const json::Object outputs{{"participantContextId", "ctx1"}, {"holderPid", "h1"}};

inline Decision step(const ParticipantProfile& profile, const Event& event) {
  return decide(&profile, event, noon).value();
}

inline Deployed deployed() {
  return {OrchestrationId("deploy-1"), outputs};
}
inline DeployFailed deploy_failed(json::Object made = outputs) {
  return {OrchestrationId("deploy-1"), "activity 'x' failed", std::move(made)};
}
inline DisposeOrdered dispose_order() {
  return {OrchestrationId("dispose-1")};
}
inline Disposed disposed() {
  return {OrchestrationId("dispose-1")};
}
inline DisposeFailed dispose_failed() {
  return {OrchestrationId("dispose-1"), "activity 'y' failed"};
}

inline ParticipantProfile profile_in(DeploymentState state) {
  const auto pending = decide(nullptr, deploy_order(), noon).value().next;
  if (state == DeploymentState::pending) return pending;
  if (state == DeploymentState::error) return step(pending, deploy_failed()).next;
  const auto active = step(pending, deployed()).next;
  if (state == DeploymentState::active) return active;
  const auto disposing = step(active, dispose_order()).next;
  if (state == DeploymentState::disposing) return disposing;
  return step(disposing, disposed()).next;
}

}  // namespace kontor::domain::tenant::testing
