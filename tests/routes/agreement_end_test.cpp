#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "protocol/api/management/event_routes.hpp"
#include "refusals.hpp"

// An agreement in force is ended from either side.
namespace kontor::routes_test {
namespace {

constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
constexpr std::chrono::seconds patience{9};

std::string path_of(const Party& party, const std::string& rest) {
  return "/api/mgmt/v5beta/participants/" + party.context + "/" + rest;
}

class AgreementEnd : public ::testing::Test {
 protected:
  AgreementEnd() {
    const auto found =
        world.call("POST", path_of(world.acme(), "contractagreements/request"),
                   fmt::format(R"({{{},"@type":"QuerySpec","filterExpression":[{{"@type":"Criterion",)"
                               R"("operandLeft":"negotiationId","operator":"=","operandRight":"{}"}}]}})",
                               management, world.globex().ids.at("provider/negotiationId")));
    at_provider = text_at(found.as_array().at(0), "@id");
  }

  void end(const Party& party, const std::string& agreement) {
    world.call(
        "POST", path_of(party, "contractagreements/" + text::percent_encode(agreement) + "/terminate"),
        fmt::format(R"({{{},"@type":"TerminateAgreement","reason":"the fee was not paid"}})", management));
  }
  json::Value agreement_of(const Party& party, const std::string& id) {
    return world.call("GET", path_of(party, "contractagreements/" + text::percent_encode(id)));
  }
  json::Value ending(const Party& party, const std::string& transfer) {
    return world.call("GET",
                      path_of(party, "transferprocesses/" + text::percent_encode(transfer) + "/explanation"),
                      "", patience);
  }
  /// Reads on from event to event, until this one has happened; false: nothing more happens.
  bool hears(const Party& party, const std::string& event) {
    const auto& route = protocol::api::management::stream_events.info;
    auto request = request_to(route, existing_target(world, route, party), world.token_of(party));
    request.last_event_id = "0";
    for (;;) {
      const auto text = world.installation().send(request).body;
      if (text.contains("event: " + event + "\n")) return true;
      const auto at = text.rfind("id: ");
      if (at == std::string::npos) return false;
      request.last_event_id = text.substr(at + 4, text.find('\n', at + 4) - at - 4);
    }
  }
  Answer ask_for_data() {
    return world.installation().send(
        {.method = "POST",
         .target = path_of(world.globex(), "transferprocesses"),
         .authorization = world.admin(),
         .body =
             fmt::format(R"({{{},"@type":"TransferRequest","profile":"http-dsp-profile-2025-1",)"
                         R"("counterPartyAddress":"{}","contractId":"{}","transferType":"HttpData-PULL"}})",
                         management, world.dsp_url(world.acme()), at_consumer)});
  }

  void expect_ended(const Party& by, const Party& other) {
    const bool provider_ends = &by == &world.acme();
    const auto transfers = {std::pair(&world.globex(), world.globex().ids.at("transferProcessId")),
                            std::pair(&world.acme(), world.acme().ids.at("flowId"))};
    for (const auto& [party, transfer] : transfers) {
      const auto explained = ending(*party, transfer);
      EXPECT_EQ(text_at(explained, "state"), "TERMINATED") << party->name;
      EXPECT_EQ(text_at(explained, "endedBy"), party == &by ? "US" : "COUNTER_PARTY") << party->name;
      EXPECT_TRUE(text_at(explained, "reason").contains("the fee was not paid")) << party->name;
    }
    for (const auto* party : {&by, &other}) {
      EXPECT_TRUE(hears(*party, "contract.agreement.ended")) << party->name;
      const bool provides = (party == &by) == provider_ends;
      const auto agreement = agreement_of(*party, provides ? at_provider : at_consumer);
      EXPECT_EQ(text_at(agreement, "endedBy"), party == &by ? "US" : "COUNTER_PARTY");
      EXPECT_EQ(text_at(agreement, "endReason"), "the fee was not paid");
      EXPECT_FALSE(text_at(agreement, "endedAt").empty());
    }
    const auto refused = ask_for_data();
    EXPECT_EQ(refused.status, 403u) << refused.body;
    EXPECT_TRUE(refused.body.contains("the fee was not paid")) << refused.body;
  }

  World world;
  std::string at_provider;
  std::string at_consumer = world.globex().ids.at("agreementId");
};

}  // namespace

TEST_F(AgreementEnd, what_a_provider_ends_stops_on_both_sides_with_its_reason) {
  end(world.acme(), at_provider);
  expect_ended(world.acme(), world.globex());
  end(world.acme(), at_provider);
  end(world.globex(), at_consumer);
  EXPECT_EQ(text_at(agreement_of(world.acme(), at_provider), "endedBy"), "US") << "an agreement ends once";
  EXPECT_EQ(text_at(agreement_of(world.globex(), at_consumer), "endedBy"), "COUNTER_PARTY");
}

TEST_F(AgreementEnd, what_a_consumer_ends_stops_on_both_sides_with_its_reason) {
  end(world.globex(), at_consumer);
  expect_ended(world.globex(), world.acme());
}

/// The consumer does not know yet, or does not care.
TEST_F(AgreementEnd, a_provider_refuses_data_under_an_agreement_that_it_has_ended) {
  end(world.acme(), at_provider);
  const auto message = fmt::format(
      R"({{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"TransferRequestMessage",)"
      R"("@id":"urn:uuid:late","consumerPid":"urn:uuid:late","agreementId":"{}","format":"HttpData-PULL",)"
      R"("callbackAddress":"{}"}})",
      at_provider, world.dsp_url(world.globex()));
  const auto answer = world.installation().send(
      {.listener = protocol::api::Listener::open,
       .method = "POST",
       .target = "/api/dsp/" + world.acme().context + "/http-dsp-profile-2025-1/transfers/request",
       .authorization =
           world.installation().self_issued(ContextId(world.globex().context), Did(world.acme().did)),
       .body = message});
  EXPECT_EQ(answer.status, 400u) << "as the binding answers every refusal: " << answer.body;
  EXPECT_TRUE(answer.body.contains("the fee was not paid")) << answer.body;
}

}  // namespace kontor::routes_test
