#include "app/roles/roles.hpp"

#include <algorithm>
#include <set>

#include "app/foundation/authentication.hpp"
#include "app/foundation/endpoints.hpp"
#include "app/foundation/http_api.hpp"
#include "app/foundation/http_client.hpp"
#include "app/foundation/listeners.hpp"
#include "app/foundation/monitoring.hpp"
#include "app/foundation/resolution.hpp"
#include "app/foundation/sealed_members.hpp"
#include "app/foundation/storage.hpp"
#include "app/foundation/tracing.hpp"
#include "app/foundation/vault.hpp"
#include "dataplane/edge/assembly.hpp"
#include "dataplane/file/assembly.hpp"
#include "dataplane/http/assembly.hpp"
#include "dataplane/push/assembly.hpp"
#include "dataplane/replicas/assembly.hpp"
#include "dataplane/signaling/assembly.hpp"
#include "dataplane/signaling/proofs_assembly.hpp"
#include "dataplane/source/assembly.hpp"
#include "dataplane/usage/assembly.hpp"
#include "fabric/agents/assembly.hpp"
#include "fabric/exchange/assembly.hpp"
#include "fabric/provision_manager/assembly.hpp"
#include "fabric/tenant_manager/assembly.hpp"
#include "platform/openapi/assembly.hpp"
#include "platform/operations/assembly.hpp"
#include "runtime/agreement/assembly.hpp"
#include "runtime/attestation/assembly.hpp"
#include "runtime/callbacks/assembly.hpp"
#include "runtime/catalog/assembly.hpp"
#include "runtime/contract_negotiation/assembly.hpp"
#include "runtime/credential_service/assembly.hpp"
#include "runtime/dataspace/assembly.hpp"
#include "runtime/decisions/assembly.hpp"
#include "runtime/did_control/assembly.hpp"
#include "runtime/dsp_endpoint/assembly.hpp"
#include "runtime/dsp_endpoint/dcp_peer_identity.hpp"
#include "runtime/events/assembly.hpp"
#include "runtime/identity/assembly.hpp"
#include "runtime/identity/context_scopes_assembly.hpp"
#include "runtime/issuer_service/assembly.hpp"
#include "runtime/local_access/assembly.hpp"
#include "runtime/obtaining/assembly.hpp"
#include "runtime/participant_context/assembly.hpp"
#include "runtime/policy/assembly.hpp"
#include "runtime/secrets/assembly.hpp"
#include "runtime/secure_token_service/assembly.hpp"
#include "runtime/sharing_applications/assembly.hpp"
#include "runtime/token_service/assembly.hpp"
#include "runtime/transfer_process/assembly.hpp"
#include "runtime/transfer_process/proofs_assembly.hpp"
#include "runtime/verifier/assembly.hpp"

namespace kontor::app::roles {
namespace {

using platform::assembly::Assembly;
using platform::assembly::assembly_of;

/// A process that stores nothing that is sealed needs no vault for its store.
Assembly store_for(const std::vector<Assembly>& wanted) {
  const auto is_sealed = [](const entity::Kind* kind) { return foundation::is_sealed(*kind); };
  for (const auto& assembly : wanted) {
    if (std::ranges::any_of(assembly.kinds, is_sealed)) return assembly_of<foundation::SealedStoreAssembly>();
  }
  return assembly_of<foundation::StoreAssembly>();
}

/// The platform. What a role does not require is not built.
std::vector<Assembly> platform_assemblies(const std::vector<Assembly>& wanted) {
  return {
      assembly_of<foundation::HttpApiAssembly>(),     assembly_of<foundation::HttpClientAssembly>(),
      assembly_of<foundation::TracingAssembly>(),     assembly_of<foundation::AuthenticationAssembly>(),
      assembly_of<foundation::EndpointsAssembly>(),   store_for(wanted),
      assembly_of<foundation::EngineAssembly>(),      assembly_of<foundation::BusAssembly>(),
      assembly_of<foundation::VaultAssembly>(),       assembly_of<foundation::DidResolverAssembly>(),
      assembly_of<foundation::TokenSourceAssembly>(),
  };
}

void append(std::vector<Assembly>& to, std::vector<Assembly> more) {
  std::ranges::move(more, std::back_inserter(to));
}

std::string names_of(const std::vector<Role>& roles) {
  std::string names = "all";
  for (const auto& role : roles) names += fmt::format(", {}", role.name);
  return names;
}

/// The parts of every role that acts for participants, or tells others who they are.
std::vector<Assembly> with_identity(std::vector<Assembly> own) {
  std::vector<Assembly> all{assembly_of<runtime::identity::IdentityAssembly>(),
                            assembly_of<runtime::identity::ContextScopesAssembly>(),
                            assembly_of<runtime::verifier::VerifierAssembly>(),
                            assembly_of<runtime::did_control::DidControlAssembly>()};
  append(all, std::move(own));
  return all;
}

}  // namespace

std::vector<Role> known_roles() {
  return {
      {"control-plane", "catalogs, negotiations and transfers: the Management API and DSP",
       with_identity({assembly_of<runtime::participant_context::ParticipantContextAssembly>(),
                      assembly_of<runtime::participant_context::ConnectorExportAssembly>(),
                      assembly_of<runtime::dataspace::DataspaceAssembly>(),
                      assembly_of<runtime::events::EventsAssembly>(),
                      assembly_of<runtime::policy::PolicyAssembly>(),
                      assembly_of<runtime::dsp_endpoint::DcpPeerIdentityAssembly>(),
                      assembly_of<runtime::dsp_endpoint::DspEndpointAssembly>(),
                      assembly_of<runtime::decisions::PolicyDecisionsAssembly>(),
                      assembly_of<runtime::callbacks::CallbacksAssembly>(),
                      assembly_of<runtime::catalog::CatalogAssembly>(),
                      assembly_of<runtime::contract_negotiation::ContractNegotiationAssembly>(),
                      assembly_of<runtime::transfer_process::TransferProcessAssembly>(),
                      assembly_of<runtime::transfer_process::DataPlaneProofsAssembly>(),
                      assembly_of<runtime::local_access::LocalAccessAssembly>(),
                      assembly_of<runtime::agreement::AgreementAssembly>(),
                      assembly_of<runtime::obtaining::ObtainingAssembly>(),
                      assembly_of<runtime::secrets::SecretsAssembly>(),
                      assembly_of<runtime::sharing_applications::ApplicationStandingAssembly>()})},
      {"credential-service",
       "holds and presents credentials, makes tokens for other connectors: the Identity API and DCP",
       with_identity({assembly_of<runtime::credential_service::CredentialServiceAssembly>(),
                      assembly_of<runtime::secure_token_service::SecureTokenAssembly>(),
                      assembly_of<runtime::sharing_applications::ApplicationStandingAssembly>()})},
      {"issuer-service", "issues and revokes credentials: the Issuer administration API and DCP",
       with_identity({assembly_of<runtime::attestation::AttestationAssembly>(),
                      assembly_of<runtime::issuer_service::IssuerServiceAssembly>()})},
      {"token-service",
       "issues access tokens for all APIs, also for participants' applications and for outside tokens",
       {assembly_of<runtime::token_service::TokenServiceAssembly>(),
        assembly_of<runtime::sharing_applications::SharingApplicationsAssembly>(),
        assembly_of<runtime::sharing_applications::ApplicationStandingAssembly>()}},
      {"data-plane",
       "moves bytes: signalling, HTTP pulls and pushes",
       {assembly_of<dataplane::signaling::SignalingAssembly>(),
        assembly_of<dataplane::signaling::ControlPlaneProofsAssembly>(),
        assembly_of<dataplane::source::HttpSourceAssembly>(),
        assembly_of<dataplane::file::FileDataPlaneAssembly>(), assembly_of<dataplane::usage::UsageAssembly>(),
        assembly_of<dataplane::replicas::ReplicasAssembly>(),
        assembly_of<dataplane::http::HttpDataPlaneAssembly>(),
        assembly_of<dataplane::push::HttpPushAssembly>(), assembly_of<dataplane::edge::EdgeAssembly>()}},
      {"tenant-manager",
       "tenants, participant profiles, cells and dataspace profiles",
       {assembly_of<fabric::exchange::ExchangeAssembly>(),
        assembly_of<fabric::tenant_manager::TenantManagerAssembly>()}},
      {"provision-manager",
       "runs the orchestrations that set participants up",
       {assembly_of<fabric::exchange::ExchangeAssembly>(),
        assembly_of<fabric::provision_manager::ProvisionManagerAssembly>()}},
      {"agent",
       "does the activities of orchestrations, in the provision manager's process",
       {assembly_of<fabric::exchange::ExchangeAssembly>(),
        assembly_of<fabric::provision_manager::ProvisionManagerAssembly>(),
        assembly_of<fabric::agents::AgentsAssembly>()}},
  };
}

Result<Parts> parts_of(const std::vector<std::string>& role_names) {
  const auto roles = known_roles();
  // Probes are answered while the rest starts; the other listeners open when everything has started.
  Parts parts{.wanted = {assembly_of<foundation::MonitoringAssembly>()}, .available = {}};
  for (const auto& name : role_names) {
    const auto known = std::ranges::find(roles, name, &Role::name);
    if (name == "all") {
      for (const auto& role : roles) append(parts.wanted, role.assemblies);
    } else if (known != roles.end()) {
      append(parts.wanted, known->assemblies);
    } else {
      return fail(ErrorCode::invalid_input, "there is no role {}; known are {}", name, names_of(roles));
    }
  }
  append(parts.wanted,
         {assembly_of<platform::operations::OperationsAssembly>(),
          assembly_of<platform::openapi::OpenApiAssembly>(), assembly_of<foundation::ListenersAssembly>()});
  parts.available = platform_assemblies(parts.wanted);
  return parts;
}

std::vector<platform::config::Section> all_sections() {
  auto parts = parts_of({"all"}).value();
  append(parts.wanted, std::move(parts.available));
  std::vector<platform::config::Section> sections;
  std::set<std::string_view> seen;
  for (auto& assembly : parts.wanted) {
    if (assembly.section && seen.insert(assembly.name).second)
      sections.push_back(std::move(*assembly.section));
  }
  return sections;
}

}  // namespace kontor::app::roles
