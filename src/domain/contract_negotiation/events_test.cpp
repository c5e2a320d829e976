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

TEST(NegotiationEvents, callbacks_are_told_before_a_message_goes_out_and_whatever_becomes_of_it) {
  auto command = request();
  command.callback_addresses = {
      {.uri = "https://app.example/hook", .events = {"contract.negotiation"}},
      {.uri = "https://app.example/end", .events = {"contract.negotiation.finalized"}}};
  const auto opened = must(nullptr, command);
  ASSERT_EQ(opened.effects.size(), 2u);
  const auto& tell = std::get<callback::Tell>(opened.effects[0]);
  EXPECT_EQ(tell.uri, "https://app.example/hook");
  EXPECT_EQ(tell.notice.name, "contract.negotiation.initiated");
  EXPECT_EQ(tell.notice.process, entity_id(consumer_pid));
  EXPECT_EQ(tell.notice.body, Machine::event_body(opened.next, tell.notice.name));
  EXPECT_TRUE(std::holds_alternative<SendRequest>(opened.effects[1]));

  const auto again = Machine::decode_effect(Machine::encode_effect(opened.effects[0])).value();
  EXPECT_EQ(std::get<callback::Tell>(again), tell);
  EXPECT_EQ(outgoing(again), std::nullopt);
  EXPECT_EQ(Machine::effect_group(again), "") << "no counter-party is waited for";
  EXPECT_EQ(Machine::failed(again, Error{ErrorCode::storage_failed, "", {}, {}}), std::nullopt);
  const auto ended = must(&opened.next, TerminationReceived{envelope_to(Role::consumer, "m"), {}});
  EXPECT_TRUE(Machine::wanted(ended.next, again));
  EXPECT_FALSE(Machine::wanted(ended.next, opened.effects[1]));
}

}  // namespace kontor::domain::contract_negotiation::testing
