#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "protocol/api/management/event_routes.hpp"
#include "refusals.hpp"

// What waits for a person waits for so long.
namespace kontor::routes_test {
namespace {

constexpr std::chrono::seconds patience{9};

std::string path_of(const Party& party, const std::string& rest) {
  return "/api/mgmt/v5beta/participants/" + party.context + "/" + rest;
}

/// Globex offers its asset to Acme, where nobody decides; the negotiation as Globex sees it in the end.
json::Value offer_to_acme(World& world) {
  const auto opened = world.call(
      "POST", path_of(world.globex(), "contractnegotiations/offers"),
      fmt::format(R"({{"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"OfferRequest",)"
                  R"("profile":"http-dsp-profile-2025-1","counterPartyAddress":"{}","counterPartyId":"{}",)"
                  R"("policy":{{"@type":"Offer","@id":"urn:uuid:offer","target":"{}",)"
                  R"("permission":[{{"action":"use"}}]}}}})",
                  world.dsp_url(world.acme()), world.acme().did, world.globex().ids.at("assetId")));
  return world.call(
      "GET", path_of(world.globex(), "contractnegotiations/" + text::percent_encode(text_at(opened, "@id"))),
      "", patience);
}

std::string told(World& world, const Party& party) {
  const auto& route = protocol::api::management::stream_events.info;
  auto request = request_to(route, existing_target(world, route, party), world.token_of(party));
  request.last_event_id = "0";
  return world.installation().send(request).body;
}

}  // namespace

TEST(Waiting, what_nobody_decides_in_time_is_refused_and_the_counter_party_told) {
  World world({.decisions = "{time_limit: 1s}"});
  const auto ended = offer_to_acme(world);
  EXPECT_EQ(text_at(ended, "state"), "TERMINATED");
  EXPECT_TRUE(text_at(ended, "errorDetail").contains("nobody decided")) << json::serialize(ended);
  const auto events = told(world, world.acme());
  EXPECT_TRUE(events.contains("event: contract.negotiation.waiting")) << events;
  EXPECT_TRUE(events.contains("waitsUntil"));
}

TEST(Waiting, what_is_approved_by_default_is_agreed_and_its_data_flows) {
  World world({.decisions = "{time_limit: 1s, approve_when_late: true, own_terms_wait: true, "
                            "transfers_wait: true}"});
  EXPECT_TRUE(told(world, world.acme()).contains("event: contract.negotiation.waiting"));
  EXPECT_TRUE(told(world, world.acme()).contains("event: transfer.process.waiting"));
  EXPECT_EQ(text_at(offer_to_acme(world), "state"), "FINALIZED");
}

}  // namespace kontor::routes_test
