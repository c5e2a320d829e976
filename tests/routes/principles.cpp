#include "principles.hpp"

#include <initializer_list>
#include <span>

// A table for each API. Of a table the first that fits holds: what is about more stands behind.
namespace kontor::routes_test {
namespace {

#define MANAGED "/api/mgmt/v5beta/participants/{participantContextId}"
constexpr Principle of_management[] = {
    // What a participant owns: the provisioner looks and does not touch.
    {MANAGED "/assets", "participant provisioner", "participant"},
    {MANAGED "/policydefinitions", "participant provisioner", "participant"},
    {MANAGED "/partnergroups", "participant provisioner", "participant"},
    {MANAGED "/contractdefinitions", "participant provisioner", "participant"},
    {MANAGED "/publications", "participant provisioner", "participant"},
    {MANAGED "/catalog", "participant provisioner", "participant"},
    {MANAGED "/secrets", "participant provisioner", "participant"},
    {MANAGED "/discover", "participant provisioner", "participant"},
    {MANAGED "/contractnegotiations", "participant provisioner", "participant"},
    {MANAGED "/contractagreements", "participant provisioner", "participant"},
    {MANAGED "/transferprocesses", "participant provisioner", "participant"},
    {MANAGED "/obtainings", "participant provisioner", "participant"},
    // Which one would be chosen is only asked.
    {MANAGED "/dataplanes/selection", "participant provisioner", "participant provisioner"},
    {MANAGED "/events", "participant provisioner", ""},
    {MANAGED "/usage/limits", "participant provisioner", "provisioner"},
    {MANAGED "/usage", "participant provisioner", ""},
    // What holds for all participants is of who provisions them.
    {"/api/mgmt/v5beta/dataspaceprofiles", "provisioner", "provisioner"},
    {"/api/mgmt/v5beta/dcpscopes", "provisioner", "provisioner"},
    // The contexts themselves are the provisioner's; a participant sees its own.
    {"/api/mgmt/v5beta/participants", "participant provisioner", "provisioner"},
    // What holds for all contexts is the administrator's.
    {"/api/mgmt/v5beta/celexpressions", "", ""},
    {"/api/mgmt/v5beta/cacheddocuments", "", ""},
    {"/api/mgmt/v5beta/schemavalidators", "", ""},
};
#undef MANAGED

#define IDENTITY "/api/identity/v1beta/participants/{participantContextId}"
constexpr Principle of_identity[] = {
    {IDENTITY "/keypairs", "participant provisioner", "participant"},
    {IDENTITY "/dids", "participant provisioner", "participant"},
    {IDENTITY "/didcontrol", "participant provisioner", "participant"},
    {IDENTITY "/tokenservice", "participant provisioner", "participant"},
    {IDENTITY "/account", "participant provisioner", "participant"},
    // What is offered to a participant, it decides about.
    {IDENTITY "/credentialoffer", "participant provisioner", "participant"},
    // Credentials are ordered by who onboards.
    {IDENTITY "/credentials/request", "participant provisioner", "provisioner"},
    {IDENTITY "/credentials", "participant provisioner", "participant"},
    {"/api/identity/v1beta/participants", "participant provisioner", "provisioner"},
    {"/api/identity/v1beta/caches", "", ""},
    // Who provisions sees what all participants have.
    {"/api/identity/v1beta/keypairs", "provisioner", ""},
    {"/api/identity/v1beta/dids", "provisioner", ""},
    {"/api/identity/v1beta/credentials", "provisioner", ""},
};
#undef IDENTITY

#define ISSUER "/api/admin/v1beta/participants/{participantContextId}"
// An issuer is the governance's, or one duty each of two offices'; who onboards registers holders and submits
// applications.
constexpr Principle of_issuers[] = {
    {ISSUER "/holders", "provisioner", "provisioner"},
    {ISSUER "/applications/{applicationId}/status", "provisioner", "provisioner"},
    {ISSUER "/applications/{applicationId}/resubmit", "", "provisioner"},
    {ISSUER "/applications/{applicationId}/withdraw", "", "provisioner"},
    {ISSUER "/applications/{applicationId}", "governance authority", "governance authority"},
    {ISSUER "/applications", "governance authority", "provisioner"},
    {"/api/admin/", "governance issuer", "governance issuer"},
};
#undef ISSUER

constexpr Principle of_tokens[] = {
    // A participant's applications are its own.
    {"/api/sts/v1/participants/{participantContextId}/applications", "participant provisioner",
     "participant"},
    // Who acts for whom is the provisioner's, what scopes mean the administrator's.
    {"/api/v1/mappings", "provisioner", "provisioner"},
    {"/api/v1/scopes", "", ""},
    {"/api/sts/", "provisioner", "provisioner"},
};

constexpr Principle of_the_fabric[] = {
    {"/api/v1alpha1/", "provisioner", "provisioner"},
};

constexpr Principle of_machines[] = {
    // What was set aside is of all contexts.
    {"/api/operations/", "", ""},
    // Data planes and control planes talk with scopes.
    {"/api/v1/{participantContextId}/dataflows", "", ""},
    {"/api/v1/{participantContextId}/controlplanes", "", ""},
    {"/api/signaling/", "", ""},
};

}  // namespace

const Principle* principle_of(const protocol::api::RouteInfo& route) {
  for (const std::span<const Principle> table : std::initializer_list<std::span<const Principle>>{
           of_management, of_identity, of_issuers, of_tokens, of_the_fabric, of_machines}) {
    for (const auto& each : table) {
      if (route.path.starts_with(each.path)) return &each;
    }
  }
  return nullptr;
}

}  // namespace kontor::routes_test
