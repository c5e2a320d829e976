#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/foundation/sealed_members.hpp"
#include "app/roles/roles.hpp"
#include "domain/offer/documents.hpp"
#include "domain/transfer_process/decide.hpp"
#include "platform/store/sealed/sealed_form.hpp"

namespace kontor::app::roles::test {
namespace {

/// Kinds of which nothing is sealed, with what they hold.
const std::map<std::string_view, std::string_view> open_kinds{
    {"activity-definition", "which activities there are"},
    {"agreement-ending", "that an agreement ends, and why"},
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

TEST(Sealing, the_secret_of_a_source_is_sealed_with_its_asset_and_with_each_transfer_of_it) {
  namespace offer = domain::offer;
  namespace transfer = domain::transfer_process;
  const auto clear_of = [](std::string body, const entity::Kind& kind) {
    const auto* sealed = platform::store::sealed::find_sealed(foundation::sealed_kinds(), kind.name);
    return sealed ? platform::store::sealed::take_out(std::move(body), sealed->members).value().clear : body;
  };
  for (const auto* address :
       {R"({"type":"HttpData","baseUrl":"https://a.example","authKey":"X-Key","authCode":"s3cret"})",
        R"({"type":"HttpData","baseUrl":"https://a","https://w3id.org/edc/v0.0.1/ns/authCode":"s3cret"})",
        R"({"type":"HttpData","baseUrl":"https://a.example","header:Cookie":"s3cret"})",
        R"({"type":"HttpData","baseUrl":"https://a.example?key=s3cret"})",
        R"({"type":"HttpData","baseUrl":"https://us:s3cret@a.example"})",
        R"({"type":"HttpData","properties":{"basic:password":"s3cret"}})",
        R"({"type":"AmazonS3","secretAccessKey":"s3cret"})"}) {
    const auto source = json::parse(address).value().as_object();
    const offer::Asset asset{.id = offer::AssetId("a"), .data_address = source};
    EXPECT_FALSE(
        clear_of(offer::AssetDocument::encode(asset), offer::AssetDocument::kind()).contains("s3cret"))
        << address;
    EXPECT_EQ(offer::AssetDocument::decode(offer::AssetDocument::encode(asset), 1).value().data_address,
              source);
    transfer::TransferProcess process;
    process.metadata.properties["dataAddress"] = source;
    EXPECT_FALSE(clear_of(transfer::Machine::encode(process), transfer::Machine::kind()).contains("s3cret"))
        << address;
    const auto effect =
        transfer::Machine::encode_effect(transfer::StartFlow{.flow = {.metadata = process.metadata}});
    const auto* sealed =
        platform::store::sealed::find_sealed(foundation::sealed_kinds(), transfer::Machine::kind().name);
    EXPECT_TRUE(platform::store::sealed::may_hold(effect, sealed->members)) << address;
  }
  // A catalog reads hundreds of these.
  const auto named = json::parse(R"({"type":"HttpData","baseUrl":"https://a.example/b","proxyPath":"true",)"
                                 R"("authKey":"X-Key","secretName":"the-name"})")
                         .value()
                         .as_object();
  EXPECT_TRUE(clear_of(offer::AssetDocument::encode({.id = offer::AssetId("a"), .data_address = named}),
                       offer::AssetDocument::kind())
                  .contains("the-name"));
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
