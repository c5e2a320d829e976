#include "runtime/contract_negotiation/answers.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"

using namespace kontor;
using namespace kontor::runtime;
using namespace kontor::runtime::contract_negotiation;
using protocol::dsp::NegotiationState;
using Role = negotiation::Role;

namespace {

protocol::odrl::Policy terms() {
  return json::decode<protocol::odrl::Policy>(
             R"({"@id":"o","@type":"Offer","target":"asset","permission":[{"action":"use"}]})")
      .value();
}

Table table(Role role, NegotiationState reached) {
  return {role,
          reached,
          terms(),
          {protocol::dsp::AgreementId("a-1"), Did("did:web:provider"), Did("did:web:consumer"), {}}};
}

template <class Command>
bool becomes(const decisions::NegotiationChoice& choice, Role role, NegotiationState reached) {
  auto then = command_for(choice, table(role, reached));
  return then && *then && std::holds_alternative<Command>(**then);
}

bool is_illegal(const decisions::NegotiationChoice& choice, Role role, NegotiationState reached) {
  auto then = command_for(choice, table(role, reached));
  return !then && then.error().code == ErrorCode::illegal_transition;
}

}  // namespace

TEST(NegotiationAnswers, to_proceed_is_the_next_step_of_whoever_has_it) {
  const decisions::Proceed proceed;
  EXPECT_TRUE(becomes<negotiation::Agree>(proceed, Role::provider, NegotiationState::requested));
  EXPECT_TRUE(becomes<negotiation::Agree>(proceed, Role::provider, NegotiationState::accepted));
  EXPECT_TRUE(becomes<negotiation::Finalize>(proceed, Role::provider, NegotiationState::verified));
  EXPECT_TRUE(becomes<negotiation::Accept>(proceed, Role::consumer, NegotiationState::offered));
  EXPECT_TRUE(becomes<negotiation::Verify>(proceed, Role::consumer, NegotiationState::agreed));
  for (const auto reached : {NegotiationState::offered, NegotiationState::agreed})
    EXPECT_TRUE(is_illegal(proceed, Role::provider, reached));
  for (const auto reached :
       {NegotiationState::requested, NegotiationState::accepted, NegotiationState::verified})
    EXPECT_TRUE(is_illegal(proceed, Role::consumer, reached));
}

TEST(NegotiationAnswers, an_agreement_is_about_the_terms_on_the_table) {
  auto then = command_for(decisions::Proceed{}, table(Role::provider, NegotiationState::requested));
  ASSERT_TRUE(then && *then);
  const auto& agreement = std::get<negotiation::Agree>(**then).agreement;
  EXPECT_EQ(agreement.id, "a-1");
  EXPECT_EQ(agreement.assigner, "did:web:provider");
  EXPECT_EQ(agreement.assignee, "did:web:consumer");
  EXPECT_EQ(agreement.target, "asset");
}

TEST(NegotiationAnswers, other_terms_are_an_offer_of_the_provider_or_a_request_of_the_consumer) {
  const decisions::Counter counter{terms()};
  EXPECT_TRUE(becomes<negotiation::MakeOffer>(counter, Role::provider, NegotiationState::requested));
  EXPECT_TRUE(becomes<negotiation::CounterRequest>(counter, Role::consumer, NegotiationState::offered));
  EXPECT_TRUE(is_illegal(counter, Role::provider, NegotiationState::accepted));
  EXPECT_TRUE(is_illegal(counter, Role::consumer, NegotiationState::agreed));
}

TEST(NegotiationAnswers, either_party_may_refuse_or_wait_at_every_point) {
  for (const auto role : {Role::consumer, Role::provider}) {
    for (const auto reached :
         {NegotiationState::requested, NegotiationState::offered, NegotiationState::accepted,
          NegotiationState::agreed, NegotiationState::verified}) {
      EXPECT_TRUE(becomes<negotiation::Terminate>(decisions::Refuse{}, role, reached));
      EXPECT_TRUE(becomes<negotiation::Wait>(decisions::Wait{}, role, reached));
    }
  }
}
