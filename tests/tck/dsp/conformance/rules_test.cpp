#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tck/dsp/conformance/world_for_test.hpp"

/// Rules of the specification that the kit has no case for.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dsp;

namespace {

/// One connector for all of them: each has processes of its own.
struct DspRules : ::testing::Test {
  static void SetUpTestSuite() { shared() = std::make_unique<World>(); }
  static void TearDownTestSuite() { shared().reset(); }

  World& world = *shared();
  Judge judge{specifications()};

  /// Our pid in this test.
  std::string ours() const { return ::testing::UnitTest::GetInstance()->current_test_info()->name(); }
  std::string base() const { return world.addresses().base; }
  platform::http::Response post(const std::string& path, json::Object body) {
    auto answer = world.run(world.wire().post(base() + path, std::move(body)));
    if (!answer) throw std::runtime_error(answer.error().message());
    return std::move(*answer);
  }
  platform::http::Response get(const std::string& path, bool authorized = true) {
    auto answer = world.run(world.wire().get(base() + path, authorized));
    if (!answer) throw std::runtime_error(answer.error().message());
    return std::move(*answer);
  }
  json::Object read(const platform::http::Response& answer, std::string_view type) {
    auto read = judge.read(answer.body.text, type);
    if (!read) throw std::runtime_error(read.error().message());
    return std::move(*read);
  }

 private:
  static std::unique_ptr<World>& shared() {
    static std::unique_ptr<World> world;
    return world;
  }
};

json::Object message(std::string_view type) {
  return {{"@context", protocol_context()}, {"@type", type}};
}

json::Object offer_of(std::string_view id, std::string_view target) {
  return {{"@type", "Offer"},
          {"@id", id},
          {"target", target},
          {"permission", json::Array{json::Object{{"action", "use"}}}}};
}

json::Object first_request(const Wire& wire, const std::string& pid, std::string_view offer) {
  auto request = message("ContractRequestMessage");
  request["consumerPid"] = pid;
  request["callbackAddress"] = wire.address();
  request["offer"] = offer_of(offer, "ACN0202");
  return request;
}

json::Object first_offer(const Wire& wire, const std::string& pid) {
  auto offer = message("ContractOfferMessage");
  offer["providerPid"] = pid;
  offer["callbackAddress"] = wire.address();
  offer["offer"] = offer_of("offer-of-the-provider", "elsewhere");
  return offer;
}

json::Object page_of(int limit) {
  auto request = message("CatalogRequestMessage");
  request["filter"] = json::Array{json::Object{{"@type", "QuerySpec"}, {"offset", 0}, {"limit", limit}}};
  return request;
}

/// The target of a link with this relation; empty where there is none.
std::string link(const platform::http::Response& answer, std::string_view relation) {
  for (const auto value : answer.headers.all("Link")) {
    if (!value.ends_with(fmt::format("rel=\"{}\"", relation))) continue;
    return std::string(value.substr(1, value.find('>') - 1));
  }
  return {};
}

constexpr std::string_view known_offer = "CD123:ACN0202:456";

}  // namespace

TEST_F(DspRules, links_lead_through_every_page_of_a_catalog_and_back) {
  std::set<std::string> seen;
  auto answer = post("/catalog/request", page_of(7));
  EXPECT_EQ(link(answer, "previous"), "");
  std::string first_of_second;
  for (int page = 1;; ++page) {
    const auto catalog = read(answer, "Catalog");
    const auto& datasets = catalog.at("dataset").as_array();
    EXPECT_LE(datasets.size(), 7U);
    for (const auto& each : datasets)
      EXPECT_TRUE(seen.insert(text_of(each.as_object(), "@id")).second) << "a dataset on two pages";
    if (page == 2) first_of_second = text_of(datasets.front().as_object(), "@id");
    if (page == 3) {
      const auto back = link(answer, "previous");
      EXPECT_EQ(link(answer, "prev"), back);
      auto before = world.run(world.wire().post(back, page_of(7)));
      ASSERT_TRUE(before);
      const auto second = read(*before, "Catalog");
      EXPECT_EQ(text_of(second.at("dataset").as_array().front().as_object(), "@id"), first_of_second);
    }
    const auto next = link(answer, "next");
    if (next.empty()) break;
    auto following = world.run(world.wire().post(next, page_of(7)));
    ASSERT_TRUE(following);
    answer = std::move(*following);
  }
  // Of CAT, CN and the one that agreements are about.
  EXPECT_EQ(seen.size(), 2U + 15U + 1U);
}

TEST_F(DspRules, a_filter_or_a_link_that_is_not_understood_is_refused) {
  auto request = message("CatalogRequestMessage");
  request["filter"] = json::Array{"everything"};
  auto refused = post("/catalog/request", request);
  EXPECT_EQ(refused.status, 400U);
  read(refused, "CatalogError");
  request["filter"] =
      json::Array{json::Object{{"@type", "QuerySpec"}, {"sortField", "privateProperties.cost"}}};
  auto curious = post("/catalog/request", std::move(request));
  EXPECT_EQ(curious.status, 400U);
  read(curious, "CatalogError");
  auto forged = post("/catalog/request?continuationToken=elsewhere", page_of(7));
  EXPECT_EQ(forged.status, 400U);
  read(forged, "CatalogError");
}

TEST_F(DspRules, a_repeated_first_request_is_answered_with_the_process_that_there_is) {
  world.wire().open_box(ours());
  auto request = first_request(world.wire(), ours(), known_offer);
  const auto once = read(post("/negotiations/request", request), "ContractNegotiation");
  const auto twice = read(post("/negotiations/request", request), "ContractNegotiation");
  EXPECT_EQ(text_of(once, "providerPid"), text_of(twice, "providerPid"));
}

TEST_F(DspRules, a_message_seen_before_is_taken_and_changes_nothing) {
  world.wire().open_box(ours());
  const auto process = read(post("/negotiations/request", first_request(world.wire(), ours(), known_offer)),
                            "ContractNegotiation");
  auto termination = message("ContractNegotiationTerminationMessage");
  termination["@id"] = "urn:uuid:once";
  termination["providerPid"] = process.at("providerPid");
  termination["consumerPid"] = ours();
  const auto path = "/negotiations/" + text_of(process, "providerPid") + "/termination";
  EXPECT_EQ(post(path, termination).status, 200U);
  EXPECT_EQ(post(path, termination).status, 200U);
  termination["@id"] = "urn:uuid:another";
  EXPECT_EQ(post(path, termination).status, 400U);
}

TEST_F(DspRules, an_offer_that_is_not_there_and_a_process_that_is_not_there_are_not_found) {
  auto unknown = post("/negotiations/request", first_request(world.wire(), ours(), "CD123:CAT0103:1"));
  EXPECT_EQ(unknown.status, 404U);
  EXPECT_EQ(text_of(read(unknown, "ContractNegotiationError"), "consumerPid"), ours());
  for (const auto* path : {"/negotiations/nobody", "/transfers/nobody"}) EXPECT_EQ(get(path).status, 404U);
}

TEST_F(DspRules, a_message_for_another_process_than_that_of_the_path_is_refused) {
  world.wire().open_box(ours());
  const auto process = read(post("/negotiations/request", first_request(world.wire(), ours(), known_offer)),
                            "ContractNegotiation");
  auto termination = message("ContractNegotiationTerminationMessage");
  termination["providerPid"] = "another";
  termination["consumerPid"] = ours();
  auto refused = post("/negotiations/" + text_of(process, "providerPid") + "/termination", termination);
  EXPECT_EQ(refused.status, 400U);
  read(refused, "ContractNegotiationError");
  const auto state = read(get("/negotiations/" + text_of(process, "providerPid")), "ContractNegotiation");
  EXPECT_EQ(text_of(state, "state"), "REQUESTED");
}

TEST_F(DspRules, a_message_with_a_wrong_pid_of_its_sender_is_about_the_process_of_its_path) {
  world.wire().open_box(ours());
  const auto process = read(post("/negotiations/request", first_request(world.wire(), ours(), known_offer)),
                            "ContractNegotiation");
  auto termination = message("ContractNegotiationTerminationMessage");
  termination["providerPid"] = process.at("providerPid");
  termination["consumerPid"] = "another";
  const auto path = "/negotiations/" + text_of(process, "providerPid");
  EXPECT_EQ(post(path + "/termination", termination).status, 200U);
  const auto state = read(get(path), "ContractNegotiation");
  EXPECT_EQ(text_of(state, "state"), "TERMINATED");
  EXPECT_EQ(text_of(state, "consumerPid"), ours());
}

TEST_F(DspRules, an_offer_cannot_be_told_from_none_without_a_proof) {
  std::set<std::string> answers;
  for (const auto* offer : {"CD123:ACN0202:456", "CD123:CAT0103:1", "nonsense"}) {
    auto answer = world.run(world.wire().post(base() + "/negotiations/request",
                                              first_request(world.wire(), ours(), offer), "no-token"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 401U);
    auto body = read(*answer, "ContractNegotiationError");
    answers.insert(json::serialize(body.at("reason")));
  }
  EXPECT_EQ(answers.size(), 1U) << ::testing::PrintToString(answers);
}

TEST_F(DspRules, a_provider_opens_with_an_offer_and_the_consumer_may_look_at_it) {
  world.wire().open_box(ours());
  auto answer = post("/negotiations/offers", first_offer(world.wire(), ours()));
  EXPECT_EQ(answer.status, 201U);
  const auto process = read(answer, "ContractNegotiation");
  EXPECT_EQ(text_of(process, "state"), "OFFERED");
  EXPECT_EQ(text_of(process, "providerPid"), ours());
  const auto again =
      read(post("/negotiations/offers", first_offer(world.wire(), ours())), "ContractNegotiation");
  EXPECT_EQ(text_of(again, "consumerPid"), text_of(process, "consumerPid"));
  const auto state = read(get("/negotiations/" + text_of(process, "consumerPid")), "ContractNegotiation");
  EXPECT_EQ(text_of(state, "state"), "OFFERED");
}

TEST_F(DspRules, a_person_of_the_provider_offers_and_approves_up_to_the_agreement) {
  const std::string dataset = "CAT0101";
  const auto consumer = Wire::pid_for(dataset);
  world.wire().open_box(consumer);
  const auto token = world.run(world.wire().token(world.addresses().tokens));
  ASSERT_TRUE(token) << token.error().message();
  const auto manage = [&](const std::string& path, json::Object body) {
    auto answer = world.run(world.wire().post(world.addresses().management + "/contractnegotiations/" + path,
                                              std::move(body), *token));
    return answer ? *answer : platform::http::Response{0};
  };
  const json::Object order{{"@context", json::Array{"https://w3id.org/edc/connector/management/v2"}},
                           {"@type", "OfferRequest"},
                           {"profile", "http-dsp-profile-2025-1"},
                           {"counterPartyAddress", world.wire().address()},
                           {"counterPartyId", kit_id},
                           {"policy", offer_of("urn:uuid:our-offer", dataset)}};
  const auto opened = manage("offers", order);
  ASSERT_EQ(opened.status, 200U) << opened.body.text;

  const auto next = [&](std::string_view type) {
    auto letter = world.run(world.wire().next(consumer));
    return letter ? judge.read(letter->body, type) : Result<json::Object>(fail(letter.error()));
  };
  const auto offer = next("ContractOfferMessage");
  ASSERT_TRUE(offer) << offer.error().message();
  const auto provider = text_of(*offer, "providerPid");
  EXPECT_EQ(provider, text_of(json::parse(opened.body.text).value().as_object(), "@id"));
  const auto tell = [&](const std::string& path, json::Object body) {
    body["providerPid"] = provider;
    body["consumerPid"] = consumer;
    return post("/negotiations/" + provider + path, std::move(body)).status;
  };
  auto accepted = message("ContractNegotiationEventMessage");
  accepted["eventType"] = "ACCEPTED";
  EXPECT_EQ(tell("/events", std::move(accepted)), 200U);
  EXPECT_EQ(manage(provider + "/approve", {}).status, 204U);
  const auto agreement = next("ContractAgreementMessage");
  ASSERT_TRUE(agreement) << agreement.error().message();
  EXPECT_EQ(text_of(agreement->at("agreement").as_object(), "assignee"), kit_id);
  EXPECT_EQ(tell("/agreement/verification", message("ContractAgreementVerificationMessage")), 200U);
  EXPECT_EQ(manage(provider + "/approve", {}).status, 204U);
  const auto finalized = next("ContractNegotiationEventMessage");
  ASSERT_TRUE(finalized) << finalized.error().message();
  EXPECT_EQ(text_of(*finalized, "eventType"), "FINALIZED");
  EXPECT_EQ(manage(provider + "/approve", {}).status, 409U);
}

TEST_F(DspRules, a_provider_cannot_offer_in_the_name_of_another) {
  auto offer = first_offer(world.wire(), ours());
  offer.at("offer").as_object()["assigner"] = "did:web:another";
  EXPECT_EQ(post("/negotiations/offers", std::move(offer)).status, 400U);
}

TEST_F(DspRules, nobody_passes_without_a_proof_but_to_the_versions) {
  EXPECT_EQ(get("/negotiations/nobody", false).status, 401U);
  EXPECT_EQ(get("/catalog/datasets/CAT0102", false).status, 401U);
  auto versions = world.run(world.wire().get(world.addresses().root + "/.well-known/dspace-version", false));
  ASSERT_TRUE(versions);
  EXPECT_EQ(versions->status, 200U);
}
