#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "base/text/encoding.hpp"
#include "refusals.hpp"
#include "testing/loopback/loopback_server.hpp"

// Data of a counter-party in one call, between two participants: what there is is used, what there is not is
// made once, and what cannot be had is explained.
namespace kontor::routes_test {
namespace {

using protocol::api::Listener;

constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
constexpr std::chrono::seconds patience{9};

std::string path_of(const Party& party, const std::string& rest) {
  return "/api/mgmt/v5beta/participants/" + party.context + "/" + rest;
}

class Obtaining : public ::testing::Test {
 protected:
  explicit Obtaining(Installation::Options options = {}) : world(options) {}

  /// What the party asks of Acme; `more` are members behind those that are always there.
  Request ask(const Party& party, const std::string& dataset = "acme-asset", const std::string& more = "") {
    return ask_at(world.dsp_url(world.acme()), party, dataset, more);
  }
  Request ask_at(const std::string& address, const Party& party, const std::string& dataset,
                 const std::string& more = "") {
    return {.method = "POST",
            .target = path_of(party, "obtainings"),
            .authorization = world.token_of(party),
            .body = fmt::format(R"({{{},"@type":"ObtainRequest","profile":"http-dsp-profile-2025-1",)"
                                R"("counterPartyAddress":"{}","counterPartyId":"{}","assetId":"{}"{}}})",
                                management, address, world.acme().did, dataset, more)};
  }
  json::Value obtain(const Party& party, const std::string& more = "") {
    const auto answer = world.installation().send(ask(party, "acme-asset", more));
    EXPECT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(text_at(answer.json(), "state"), "OBTAINED") << answer.body;
    return answer.json();
  }
  json::Value get(const Party& party, const std::string& collection, const std::string& id) {
    return world.call("GET", path_of(party, collection + "/" + text::percent_encode(id)));
  }
  std::size_t count(const Party& party, const std::string& collection) {
    const auto found =
        world.call("POST", path_of(party, collection + "/request"),
                   fmt::format(R"({{{},"@type":"QuerySpec","filterExpression":[{{"@type":"Criterion",)"
                               R"("operandLeft":"counterPartyId","operator":"=","operandRight":"{}"}}]}})",
                               management, world.acme().did));
    return found.as_array().size();
  }
  /// The data, with the token of the address.
  Answer fetch(const json::Value& obtained) {
    const auto* address = json::find(obtained, "dataAddress");
    if (!address) return {.status = 0, .body = "there is no address: " + json::serialize(obtained)};
    std::string token;
    for (const auto& each : json::find(*address, "endpointProperties")->as_array()) {
      if (text_at(each, "name") == "authorization") token = text_at(each, "value");
    }
    const auto origin = world.installation().origin(Listener::open);
    return world.installation().send({.listener = Listener::open,
                                      .target = text_at(*address, "endpoint").substr(origin.size()),
                                      .authorization = "Bearer " + token});
  }
  /// Everybody sees this asset of Acme, and who fulfils this constraint would get an agreement.
  void offer(const std::string& name, const std::string& constraint) {
    const auto& acme = world.acme();
    world.call(
        "POST", path_of(acme, "publications"),
        fmt::format(
            R"({{{0},"@type":"Publication","asset":{{{0},"@type":"Asset","@id":"{1}","properties":{{}},)"
            R"("dataAddress":{{"@type":"DataAddress","type":"HttpData","baseUrl":"{2}"}}}},)"
            R"("policyDefinitions":[{{{0},"@type":"PolicyDefinition","@id":"{1}-policy","policy":)"
            R"({{"@type":"Set","permission":[{{"action":"use","constraint":[{3}]}}]}}}}],)"
            R"("contractDefinition":{{{0},"@type":"ContractDefinition","@id":"{1}-definition",)"
            R"("accessPolicyId":"{4}","contractPolicyId":"{1}-policy"}}}})",
            management, name, world.installation().source_url(), constraint,
            acme.ids.at("policyDefinitionId")));
  }
  std::string to_globex_alone() const {
    return fmt::format(R"({{"leftOperand":"participantId","operator":"eq","rightOperand":"{}"}})",
                       world.globex().did);
  }

  World world;
};

/// Outlives the world that keeps its things there.
class OwnPostgres {
 protected:
  explicit OwnPostgres(Store store) {
    if (store == Store::postgres && !testing::PostgresServer::missing())
      server_ = std::make_unique<testing::PostgresServer>();
  }
  const testing::PostgresServer* server() const { return server_.get(); }

 private:
  std::unique_ptr<testing::PostgresServer> server_;
};

class ObtainingOnEveryStore : public ::testing::WithParamInterface<Store>,
                              protected OwnPostgres,
                              public Obtaining {
 protected:
  ObtainingOnEveryStore() : OwnPostgres(GetParam()), Obtaining({.postgres = server()}) {}
  void SetUp() override {
    if (GetParam() == Store::postgres && !server()) GTEST_SKIP() << *testing::PostgresServer::missing();
  }
};

}  // namespace

TEST_F(Obtaining, a_dataset_of_which_there_is_nothing_yet_is_obtained_in_one_call) {
  const auto& initech = world.initech();
  const auto obtained = obtain(initech);
  EXPECT_EQ(fetch(obtained).status, 200u);
  const auto negotiation = text_at(obtained, "contractNegotiationId");
  const auto transfer = text_at(obtained, "transferProcessId");
  EXPECT_EQ(text_at(get(initech, "contractnegotiations", negotiation), "state"), "FINALIZED");
  EXPECT_EQ(text_at(get(initech, "transferprocesses", transfer), "contractId"),
            text_at(obtained, "contractAgreementId"));
  const auto read = get(initech, "obtainings", text_at(obtained, "@id"));
  EXPECT_EQ(read, obtained) << "what the call answered can be read again";
}

TEST_P(ObtainingOnEveryStore, all_who_ask_at_once_and_again_share_one_negotiation_and_one_transfer) {
  const auto& initech = world.initech();
  const auto answers = world.installation().send_at_once(std::vector<Request>(8, ask(initech)));
  std::set<std::string> bodies;
  for (const auto& each : answers) {
    EXPECT_EQ(each.status, 200u) << each.body;
    bodies.insert(each.body);
  }
  EXPECT_EQ(bodies.size(), 1u) << ::testing::PrintToString(bodies);
  EXPECT_EQ(json::serialize(obtain(initech)), *bodies.begin());
  EXPECT_EQ(count(initech, "contractnegotiations"), 1u);
  EXPECT_EQ(count(initech, "transferprocesses"), 1u);
}

TEST_F(Obtaining, an_agreement_in_force_and_a_transfer_that_runs_are_used_as_they_are) {
  const auto& globex = world.globex();
  const auto obtained = obtain(globex);
  EXPECT_EQ(text_at(obtained, "contractAgreementId"), globex.ids.at("agreementId"));
  EXPECT_EQ(text_at(obtained, "contractNegotiationId"), globex.ids.at("negotiationId"));
  EXPECT_EQ(text_at(obtained, "transferProcessId"), globex.ids.at("transferProcessId"));
  EXPECT_EQ(fetch(obtained).status, 200u);
}

TEST_F(Obtaining, a_transfer_that_has_ended_is_followed_by_another_under_the_same_agreement) {
  const auto& initech = world.initech();
  const auto first = obtain(initech);
  world.call("POST",
             path_of(initech, "transferprocesses/" +
                                  text::percent_encode(text_at(first, "transferProcessId")) + "/terminate"),
             fmt::format(R"({{{},"@type":"TerminateTransfer","reason":"enough"}})", management));
  const auto second = obtain(initech);
  EXPECT_EQ(text_at(second, "@id"), text_at(first, "@id"));
  EXPECT_EQ(text_at(second, "contractAgreementId"), text_at(first, "contractAgreementId"));
  EXPECT_NE(text_at(second, "transferProcessId"), text_at(first, "transferProcessId"));
  EXPECT_EQ(fetch(second).status, 200u);
}

TEST_F(Obtaining, after_the_end_of_an_agreement_another_is_negotiated) {
  const auto& initech = world.initech();
  const auto first = obtain(initech);
  world.call("POST",
             path_of(initech, "contractagreements/" +
                                  text::percent_encode(text_at(first, "contractAgreementId")) + "/terminate"),
             fmt::format(R"({{{},"@type":"TerminateAgreement","reason":"enough"}})", management));
  const auto second = obtain(initech);
  EXPECT_NE(text_at(second, "contractAgreementId"), text_at(first, "contractAgreementId"));
  EXPECT_EQ(count(initech, "contractnegotiations"), 2u);
}

TEST_F(Obtaining, an_agreement_whose_time_is_over_is_followed_by_another) {
  const auto& globex = world.globex();
  offer("brief", R"({"leftOperand":"agreementAge","operator":"lt","rightOperand":"PT5S"})");
  const auto obtained = [&] { return world.installation().send(ask(globex, "brief")); };
  const auto first = obtained();
  ASSERT_EQ(first.status, 200u) << first.body;
  const auto transfer = text_at(first.json(), "transferProcessId");
  const auto ended = world.call(
      "GET", path_of(globex, "transferprocesses/" + text::percent_encode(transfer) + "/explanation"), "",
      patience);
  ASSERT_EQ(text_at(ended, "state"), "TERMINATED") << json::serialize(ended);
  const auto second = obtained();
  ASSERT_EQ(second.status, 200u) << second.body;
  EXPECT_EQ(text_at(second.json(), "state"), "OBTAINED") << second.body;
  EXPECT_NE(text_at(second.json(), "contractAgreementId"), text_at(first.json(), "contractAgreementId"));
}

TEST_F(Obtaining, terms_whose_time_is_over_are_not_agreed_to_again_and_again) {
  offer("gone", R"({"leftOperand":"inForceDate","operator":"lteq","rightOperand":"2020-01-01T00:00:00Z"})");
  const auto refused = world.installation().send(ask(world.globex(), "gone"));
  EXPECT_EQ(refused.status, 403u) << refused.body;
  EXPECT_TRUE(refused.body.contains("inForceDate lteq") && refused.body.contains("OFFER")) << refused.body;
}

TEST_F(Obtaining, terms_that_the_caller_accepts_are_held_against_the_agreement_there_is_and_the_offers) {
  const auto& globex = world.globex();
  const auto use = R"(,"acceptedPolicies":[{"@type":"Set","permission":[{"action":"use"}]}])";
  EXPECT_EQ(text_at(obtain(globex, use), "contractAgreementId"), globex.ids.at("agreementId"));
  const auto other = R"(,"acceptedPolicies":[{"@type":"Set","permission":[{"action":"use","constraint":)"
                     R"([{"leftOperand":"purpose","operator":"eq","rightOperand":"research"}]}]}])";
  const auto refused = world.installation().send(ask(globex, "acme-asset", other));
  EXPECT_EQ(refused.status, 403u) << refused.body;
  EXPECT_TRUE(refused.body.contains("OFFER")) << refused.body;
}

TEST_F(Obtaining, a_dataset_that_is_not_in_the_catalog_is_told_with_what_was_asked) {
  const auto answer = world.installation().send(ask(world.initech(), "no-such-asset"));
  EXPECT_EQ(answer.status, 404u) << answer.body;
  for (const auto& part : {std::string("CATALOG"), std::string("no-such-asset"), world.acme().did})
    EXPECT_TRUE(answer.body.contains(part)) << answer.body;
}

TEST_F(Obtaining, a_type_of_transfer_that_the_dataset_does_not_have_is_told_with_those_that_it_has) {
  const auto answer =
      world.installation().send(ask(world.initech(), "acme-asset", R"(,"transferType":"Nowhere-PULL")"));
  EXPECT_EQ(answer.status, 404u) << answer.body;
  EXPECT_TRUE(answer.body.contains("HttpData-PULL")) << answer.body;
  const auto push =
      world.installation().send(ask(world.initech(), "acme-asset", R"(,"transferType":"HttpData-PUSH")"));
  EXPECT_EQ(push.status, 400u) << push.body;
  EXPECT_TRUE(push.body.contains("/transferType")) << push.body;
}

TEST_F(Obtaining, a_negotiation_that_is_refused_ends_it_with_the_counter_partys_words) {
  const auto& initech = world.initech();
  offer("reserved", to_globex_alone());
  const auto answer = world.installation().send(ask(initech, "reserved"));
  EXPECT_EQ(answer.status, 502u) << answer.body;
  EXPECT_TRUE(answer.body.contains("NEGOTIATION") && answer.body.contains("incident")) << answer.body;
  EXPECT_FALSE(answer.body.contains("participantId")) << "what is asked stays at Acme: " << answer.body;
}

TEST_F(Obtaining, a_flight_that_is_under_way_at_the_end_of_the_wait_is_told_with_where_to_look_for_the_rest) {
  const auto& initech = world.initech();
  testing::LoopbackServer silent{world.installation().loop()};
  silent.keep_silent("/dsp/catalog/datasets/far");
  auto request = ask_at(silent.url("/dsp"), initech, "far");
  request.wait = std::chrono::seconds(1);
  const auto answer = world.installation().send(request);
  EXPECT_EQ(answer.status, 200u) << answer.body;
  EXPECT_EQ(text_at(answer.json(), "state"), "SEARCHING");
  EXPECT_FALSE(json::find(answer.json(), "dataAddress"));
  EXPECT_EQ(get(initech, "obtainings", text_at(answer.json(), "@id")), answer.json());
  auto others = ask_at(silent.url("/dsp"), initech, "far",
                       R"(,"acceptedPolicies":[{"@type":"Set","permission":[{"action":"use"}]}])");
  others.wait = std::chrono::seconds(1);
  const auto refused = world.installation().send(others);
  EXPECT_EQ(refused.status, 409u) << refused.body;
  EXPECT_TRUE(refused.body.contains(text_at(answer.json(), "@id"))) << refused.body;
}

TEST_F(Obtaining, a_counter_party_that_cannot_be_asked_is_told_at_once_and_asked_again_by_the_next_call) {
  const auto& initech = world.initech();
  testing::LoopbackServer busy{world.installation().loop()};
  const std::string path = "/dsp/catalog/datasets/busy";
  busy.answer(path, R"({"reason":["later"]})", 503);
  const auto request = ask_at(busy.url("/dsp"), initech, "busy");
  const auto answer = world.installation().send(request);
  EXPECT_EQ(answer.status, 502u) << answer.body;
  EXPECT_TRUE(answer.body.contains("CATALOG") && answer.body.contains("later")) << answer.body;
  EXPECT_EQ(busy.asked(path), 3u);
  busy.answer(path, R"({"reason":["gone"]})", 404);
  EXPECT_EQ(world.installation().send(request).status, 404u);
  EXPECT_EQ(busy.asked(path), 4u);
}

TEST_F(Obtaining, why_a_flight_failed_can_be_read_with_its_hop_and_the_counter_partys_words) {
  const auto& initech = world.initech();
  testing::LoopbackServer other{world.installation().loop()};
  const std::string path = "/dsp/catalog/datasets/far";
  other.keep_silent(path);
  auto request = ask_at(other.url("/dsp"), initech, "far");
  request.wait = std::chrono::seconds(1);
  const auto id = text_at(world.installation().send(request).json(), "@id");
  other.answer(path, R"({"reason":["not to you"]})", 404);
  // The attempt that nobody answers ends after ten seconds, and is followed by another.
  const auto ended =
      world.call("GET", path_of(initech, "obtainings/" + text::percent_encode(id)), "", 2 * patience);
  EXPECT_EQ(text_at(ended, "state"), "FAILED");
  const auto* failure = json::find(ended, "failure");
  ASSERT_TRUE(failure) << json::serialize(ended);
  EXPECT_EQ(text_at(*failure, "hop"), "CATALOG");
  EXPECT_EQ(text_at(*failure, "code"), "not_found");
  EXPECT_TRUE(text_at(*failure, "counterPartySaid").contains("not to you")) << json::serialize(*failure);
}

INSTANTIATE_TEST_SUITE_P(Stores, ObtainingOnEveryStore, every_store, name_of);

}  // namespace kontor::routes_test
