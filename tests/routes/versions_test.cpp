#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "refusals.hpp"

// Two participants who speak DSP 2024/1 with each other, and the newer version with everybody.
namespace kontor::routes_test {
namespace {

using protocol::api::Listener;

constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
constexpr std::chrono::seconds patience{9};
constexpr const char* version = "dataspace-protocol-http:2024/1";
constexpr const char* old_profile = "http-dsp-profile-2024-1";

class Versions : public ::testing::Test {
 protected:
  Versions() {
    world.call("POST", "/api/mgmt/v5beta/dataspaceprofiles",
               fmt::format(R"({{{},"@type":"DataspaceProfile","name":"{}","protocol":{{"version":"2024/1",)"
                           R"("binding":"HTTPS","namespace":"https://w3id.org/dspace/2024/1/"}}}})",
                           management, old_profile));
    for (const auto* party : {&world.acme(), &world.globex()}) associate(*party);
  }

  void associate(const Party& party) {
    world.call("PUT", path_of(party, "profiles"),
               fmt::format(R"({{{},"@type":"AssociateDataspaceProfile",)"
                           R"("profiles":["http-dsp-profile-2025-1","{}"]}})",
                           management, old_profile));
  }

  static std::string path_of(const Party& party, const std::string& rest) {
    return "/api/mgmt/v5beta/participants/" + party.context + "/" + rest;
  }
  std::string address_of(const Party& party) {
    return fmt::format("{}/api/dsp/{}/{}", world.installation().origin(Listener::open), party.context,
                       old_profile);
  }
  /// An order of Globex about Acme, by the version of the protocol.
  json::Value order(const std::string& path, const char* type, const std::string& members) {
    return world.call("POST", path_of(world.globex(), path),
                      fmt::format(R"({{{},"@type":"{}","protocol":"{}","counterPartyAddress":"{}",{}}})",
                                  management, type, version, address_of(world.acme()), members));
  }
  json::Value at_rest(const Party& party, const std::string& collection, const std::string& id) {
    return world.call("GET", path_of(party, collection + "/" + text::percent_encode(id)), "", patience);
  }
  /// What Acme answers to a counter-party of 2024/1.
  Answer ask(const std::string& path, const std::string& body = "") {
    return world.installation().send(
        {.listener = Listener::open,
         .method = body.empty() ? "GET" : "POST",
         .target = fmt::format("/api/dsp/{}/{}{}", world.acme().context, old_profile, path),
         .authorization =
             world.installation().self_issued(ContextId(world.globex().context), Did(world.acme().did)),
         .body = body});
  }

  World world;
};

}  // namespace

TEST_F(Versions, a_negotiation_and_a_transfer_come_to_their_end_over_2024_1) {
  const auto asset = world.acme().ids.at("assetId");
  const auto dataset = order("catalog/dataset/request", "DatasetRequest",
                             fmt::format(R"("@id":"{}","counterPartyId":"{}")", asset, world.acme().did));
  EXPECT_EQ(text_at(dataset, "@type"), "Dataset") << "clients see the form that they know";
  auto offer = json::find(dataset, "hasPolicy")->as_array().at(0).as_object();
  EXPECT_EQ(text_at(offer, "assigner"), world.acme().did) << "2024/1 says who assigns an offer";
  offer["target"] = asset;
  const auto opened =
      order("contractnegotiations", "ContractRequest", "\"policy\":" + json::serialize(offer));
  const auto ours = at_rest(world.globex(), "contractnegotiations", text_at(opened, "@id"));
  ASSERT_EQ(text_at(ours, "state"), "FINALIZED") << json::serialize(ours);
  EXPECT_EQ(text_at(ours, "profile"), old_profile);
  const auto theirs = at_rest(world.acme(), "contractnegotiations", text_at(ours, "correlationId"));
  EXPECT_EQ(text_at(theirs, "state"), "FINALIZED");
  EXPECT_EQ(text_at(theirs, "profile"), old_profile);

  const auto transfer = order("transferprocesses", "TransferRequest",
                              fmt::format(R"("contractId":"{}","transferType":"HttpData-PULL")",
                                          text_at(ours, "contractAgreementId")));
  const auto id = text_at(transfer, "@id");
  const auto started = at_rest(world.globex(), "transferprocesses", id);
  ASSERT_EQ(text_at(started, "state"), "STARTED") << json::serialize(started);
  world.call("POST", path_of(world.globex(), "transferprocesses/" + text::percent_encode(id) + "/terminate"),
             fmt::format(R"({{{},"@type":"TerminateTransfer","reason":"enough"}})", management));
  EXPECT_EQ(text_at(at_rest(world.globex(), "transferprocesses", id), "state"), "TERMINATED");
  EXPECT_EQ(text_at(at_rest(world.acme(), "transferprocesses", text_at(started, "correlationId")), "state"),
            "TERMINATED");
}

TEST_F(Versions, a_dataset_is_obtained_in_one_call_over_2024_1) {
  const auto& initech = world.initech();
  associate(initech);
  const auto obtained =
      world.call("POST", path_of(initech, "obtainings"),
                 fmt::format(R"({{{},"@type":"ObtainRequest","protocol":"{}","counterPartyAddress":"{}",)"
                             R"("counterPartyId":"{}","assetId":"{}"}})",
                             management, version, address_of(world.acme()), world.acme().did,
                             world.acme().ids.at("assetId")),
                 patience);
  EXPECT_EQ(text_at(obtained, "state"), "OBTAINED") << json::serialize(obtained);
  const auto negotiation =
      at_rest(initech, "contractnegotiations", text_at(obtained, "contractNegotiationId"));
  EXPECT_EQ(text_at(negotiation, "profile"), old_profile);
}

TEST_F(Versions, a_catalog_and_its_refusals_have_the_form_of_the_path) {
  const auto catalog = ask("/catalog/request", R"({"@context":"https://w3id.org/dspace/2024/1/context.json",
    "@type":"dspace:CatalogRequestMessage","dspace:filter":[]})");
  ASSERT_EQ(catalog.status, 200u) << catalog.body;
  EXPECT_EQ(text_at(catalog.json(), "@type"), "dcat:Catalog");
  EXPECT_EQ(text_at(catalog.json(), "dspace:participantId"), world.acme().did);
  EXPECT_FALSE(json::find(catalog.json(), "dcat:dataset")->as_array().empty());
  const auto unknown = ask("/catalog/datasets/nothing");
  EXPECT_EQ(unknown.status, 404u);
  EXPECT_EQ(text_at(unknown.json(), "@type"), "dspace:CatalogError");
  const auto process = ask("/transfers/nothing");
  EXPECT_EQ(process.status, 404u);
  EXPECT_EQ(text_at(process.json(), "@type"), "dspace:TransferError");
}

TEST(OlderVersions, a_context_is_found_under_its_name_in_base64url_and_no_other_is) {
  World world;
  const auto ask = [&world](const Party& whose, const std::string& by) {
    const auto id = text::base64url_encode(bytes_of(whose.context));
    return world.installation().send(
        {.target = "/api/identity/v1alpha/participants/" + id + "/keypairs", .authorization = by});
  };
  const auto own = world.token_of(world.acme());
  const auto plain = world.installation().send(
      {.target = "/api/identity/v1beta/participants/" + world.acme().context + "/keypairs",
       .authorization = own});
  ASSERT_EQ(plain.status, 200u) << plain.body;
  EXPECT_EQ(ask(world.acme(), own).body, plain.body);
  EXPECT_EQ(ask(world.globex(), own).status, 403u) << "it is Globex's, however it is written";
  const auto encoded = text::base64url_encode(bytes_of(world.acme().context));
  const auto current = world.installation().send(
      {.target = "/api/identity/v1beta/participants/" + encoded + "/keypairs", .authorization = own});
  EXPECT_EQ(current.status, 403u) << "now an id is what it says";
}

}  // namespace kontor::routes_test
