#include <gtest/gtest.h>

#include "domain/contract_negotiation/negotiation_for_test.hpp"

namespace kontor::domain::contract_negotiation::testing {

namespace {

json::Object told(const ContractNegotiation& negotiation, std::string_view event) {
  return json::parse(Machine::event_body(negotiation, event)).value().as_object();
}

}  // namespace

TEST(NegotiationEvents, each_names_the_counter_party_and_what_happened_with_it) {
  const auto requested =
      told(negotiation(Role::provider, State::requested), "contract.negotiation.requested");
  EXPECT_EQ(requested.at("counterPartyId").as_string(), "did:web:consumer");
  EXPECT_EQ(requested.at("counterPartyAddress").as_string(), "https://consumer.example/dsp");
  EXPECT_EQ(requested.at("protocol").as_string(), "profile");
  EXPECT_EQ(json::serialize(requested.at("lastContractOffer")), R"({"id":"o","assetId":"asset"})");
}

TEST(NegotiationEvents, the_last_says_which_agreement_came_of_it_or_why_there_is_none) {
  const auto finalized =
      told(negotiation(Role::provider, State::finalized), "contract.negotiation.finalized");
  EXPECT_EQ(
      json::serialize(finalized.at("contractAgreement")),
      R"({"id":"a-1","assetId":"asset","providerId":"did:web:provider","consumerId":"did:web:consumer"})");
  auto ended = negotiation(Role::consumer, State::terminated);
  ended.error_detail = "too dear";
  EXPECT_EQ(told(ended, "contract.negotiation.terminated").at("reason").as_string(), "too dear");
}

TEST(NegotiationEvents, what_an_event_is_not_about_it_does_not_tell) {
  const auto verified = told(negotiation(Role::provider, State::verified), "contract.negotiation.verified");
  for (const char* member : {"reason", "contractAgreement", "lastContractOffer"})
    EXPECT_FALSE(verified.contains(member)) << member;
}

}  // namespace kontor::domain::contract_negotiation::testing
