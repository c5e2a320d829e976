#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/foundation/sealed_members.hpp"
#include "app/roles/roles.hpp"

namespace kontor::app::roles::test {
namespace {

/// Kinds of which nothing is sealed, with what they hold.
const std::map<std::string_view, std::string_view> open_kinds{
    {"activity-definition", "which activities there are"},
    {"agreement-ending", "that an agreement ends, and why"},
    {"asset", "what a participant publishes; secrets of its sources are in the vault"},
    {"bus-consumer", "how far a consumer has come"},
    {"bus-entry", "the place of a message"},
    {"bus-message", "orders between services of the fabric"},
    {"cached-document", "published schemas"},
    {"callback-delivery", "states of processes; the secret to call with is in the vault"},
    {"cel-expression", "what an operand means"},
    {"cell", "where participants are placed"},
    {"contract-definition", "what is offered"},
    {"control-plane", "where a control plane is; its secret is in the vault"},
    {"credential-definition", "what an issuer issues; shown to everybody"},
    {"credential-offer", "what an issuer would issue"},
    {"credential-offer-policy", "whose offers are taken"},
    {"credential-request", "which types were asked of whom"},
    {"data-plane", "where a data plane is; its secret is in the vault"},
    {"data-plane-presence", "when a data plane was there, and how busy it was"},
    {"dataspace-profile", "what a dataspace demands"},
    {"dcp-scope", "which credentials are asked for"},
    {"did-claim", "who has a DID; DIDs are public"},
    {"did-control", "challenges, which are worth nothing without the DID's key, and why answers did not do"},
    {"flow-usage", "who fetched how much under which agreement"},
    {"dsp-profile", "which protocols are spoken"},
    {"issuer-offer", "which types were offered to whom"},
    {"edge-absence", "since when a data plane is out of its control plane's reach"},
    {"key-name", "names of public keys"},
    {"key-pair", "public keys; the private ones are in the vault"},
    {"obtaining", "which dataset is being obtained"},
    {"orchestration", "the steps of an onboarding, which no secret goes through"},
    {"orchestration-definition", "what an onboarding does"},
    {"participant-context", "a participant of the control plane"},
    {"participant-context-config", "settings; private ones are in the vault"},
    {"participant-profile", "what a provisioner ordered; no process of the fabric has a vault"},
    {"partner-group", "DIDs of partners"},
    {"plane-replica", "which replica of a data plane lives, and which flows were closed"},
    {"policy-definition", "terms"},
    {"push", "how far a transfer is: names, sizes and digests of its parts"},
    {"schema-validator", "which bodies are held against which schema"},
    {"secret", "names; the values are in the vault"},
    {"status-list", "bits that everybody reads"},
    {"status-list-places", "which places are given out"},
    {"status-list-publication", "the list as everybody reads it"},
    {"subject-schema", "a schema that everybody reads"},
    {"tenant", "an organisation"},
    {"usage-limits", "how much a participant may move"},
    {"token-resource-mapping", "for whom a workload outside may act"},
    {"token-scope-mapping", "what a composite scope is made of"},
    {"token-service", "where a participant's tokens are made; the secret for it is in the vault"},
    {"token-signing-keys", "public keys; the private ones are in the vault"},
};

std::set<std::string_view> stored_kinds(const std::vector<std::string>& role_names) {
  auto parts = parts_of(role_names).value();
  std::set<std::string_view> names;
  for (const auto* list : {&parts.wanted, &parts.available}) {
    for (const auto& assembly : *list) {
      for (const auto* kind : assembly.kinds) names.insert(kind->name);
    }
  }
  return names;
}

bool store_has_a_vault(const std::string& role) {
  const auto parts = parts_of({role}).value();
  const auto store = std::ranges::find(parts.available, "store", &platform::assembly::Assembly::name);
  return std::ranges::any_of(store->required, [](auto type) { return type.ends_with("Vault"); });
}

}  // namespace

TEST(Sealing, somebody_has_decided_of_each_kind_whether_it_is_sealed) {
  const auto stored = stored_kinds({"all"});
  for (const auto name : stored) {
    const bool sealed = foundation::is_sealed({.name = name});
    EXPECT_NE(sealed, open_kinds.contains(name))
        << name << ": say what of it is sealed in sealed_members.cpp, or what it holds in this test";
  }
  for (const auto& [name, holds] : open_kinds) EXPECT_TRUE(stored.contains(name)) << name << " is gone";
  for (const auto& sealed : foundation::sealed_kinds())
    EXPECT_TRUE(stored.contains(sealed.kind)) << sealed.kind << " is gone";
}

TEST(Sealing, nothing_that_is_sealed_can_be_asked_for) {
  const auto parts = parts_of({"all"}).value();
  for (const auto& assembly : parts.wanted) {
    const auto good = platform::store::sealed::check_fields(assembly.kinds, foundation::sealed_kinds());
    EXPECT_TRUE(good) << good.error().message();
  }
}

TEST(Sealing, a_process_that_stores_nothing_secret_needs_no_vault) {
  for (const auto* role : {"tenant-manager", "provision-manager", "agent"})
    EXPECT_FALSE(store_has_a_vault(role)) << role;
  for (const auto* role : {"control-plane", "credential-service", "issuer-service", "token-service", "all"})
    EXPECT_TRUE(store_has_a_vault(role)) << role;
}

}  // namespace kontor::app::roles::test
