#include "runtime/decisions/policy_decisions.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "testing/async/run.hpp"
#include "testing/async/seeded_random.hpp"

using namespace kontor;
using namespace kontor::runtime;
using namespace kontor::runtime::decisions;
using dsp::NegotiationState;

namespace {

odrl::Policy terms_for(std::string_view participant) {
  auto policy = json::decode<odrl::Policy>(
      R"({"@id":"o","@type":"Offer","target":"asset","permission":[{"action":"use","constraint":[)"
      R"({"leftOperand":"participantId","operator":"eq","rightOperand":")" +
      std::string(participant) + R"("}]}]})");
  return policy.value();
}

NegotiationQuestion question(NegotiationState reached, bool proposed_by_us) {
  NegotiationQuestion asked{.context = ContextId("acme"),
                            .pid = dsp::Pid("p-1"),
                            .counter_party = Did("did:web:globex"),
                            .reached = reached,
                            .terms = terms_for("did:web:globex"),
                            .proposed_by_us = proposed_by_us};
  asked.subject.id = asked.counter_party;
  return asked;
}

struct PolicyDecisionsTest : ::testing::Test {
  kontor::testing::SeededRandom random{1};
  policy::PolicyEngine policies{policy::PolicyConfig{}, random};
  PolicyDecisions decisions{policies};

  NegotiationChoice choice(const NegotiationQuestion& asked) {
    return kontor::testing::run(decisions.about(asked)).value();
  }
  template <class Choice>
  bool chooses(const NegotiationQuestion& asked) {
    return std::holds_alternative<Choice>(choice(asked));
  }
};

}  // namespace

TEST_F(PolicyDecisionsTest, a_provider_agrees_with_whoever_fulfils_its_terms) {
  EXPECT_TRUE(chooses<Proceed>(question(NegotiationState::requested, true)));
  EXPECT_TRUE(chooses<Proceed>(question(NegotiationState::accepted, true)));
}

TEST_F(PolicyDecisionsTest, a_provider_refuses_whoever_does_not_fulfil_its_terms_and_says_so) {
  for (const auto reached : {NegotiationState::requested, NegotiationState::accepted}) {
    auto asked = question(reached, true);
    asked.subject.id = Did("did:web:initech");
    const auto refused = choice(asked);
    ASSERT_TRUE(std::holds_alternative<Refuse>(refused));
    const auto& why = std::get<Refuse>(refused);
    const std::string incident(why.explanation.at("incident").as_string());
    EXPECT_EQ(why.reason.text(), "the contract policy is not fulfilled (incident " + incident + ")");
    EXPECT_EQ(why.explanation.at("hop"), json::Value("contract policy"));
    EXPECT_EQ(why.explanation.at("counterParty"), json::Value("did:web:initech"));
    EXPECT_EQ(why.explanation.at("reason"),
              json::Value("permission 0: participantId eq \"did:web:globex\" does not hold: the value is "
                          "\"did:web:initech\""));
    EXPECT_EQ(why.explanation.at("steps").as_array().size(), 2u) << "the constraint and its permission";
  }
}

TEST_F(PolicyDecisionsTest, a_consumer_takes_what_it_asked_for) {
  EXPECT_TRUE(chooses<Proceed>(question(NegotiationState::offered, true)));
}

TEST_F(PolicyDecisionsTest, terms_of_the_other_side_wait_for_a_person) {
  EXPECT_TRUE(chooses<Wait>(question(NegotiationState::requested, false)));
  EXPECT_TRUE(chooses<Wait>(question(NegotiationState::offered, false)));
}

TEST_F(PolicyDecisionsTest, what_both_agreed_to_proceeds) {
  EXPECT_TRUE(chooses<Proceed>(question(NegotiationState::agreed, false)));
  EXPECT_TRUE(chooses<Proceed>(question(NegotiationState::verified, false)));
  const TransferQuestion asked{ContextId("acme"), dsp::Pid("p-1"), Did("did:web:globex"),
                               dsp::AgreementId("a-1"), "HttpData-PULL"};
  EXPECT_TRUE(std::holds_alternative<Proceed>(kontor::testing::run(decisions.about(asked)).value()));
}

TEST_F(PolicyDecisionsTest, our_own_terms_and_transfers_wait_where_it_is_configured) {
  PolicyDecisions patient{policies,
                          {.time_limit = std::chrono::hours(1),
                           .approve_when_late = true,
                           .own_terms_wait = true,
                           .transfers_wait = true}};
  const auto made = kontor::testing::run(patient.about(question(NegotiationState::requested, true))).value();
  const auto* wait = std::get_if<Wait>(&made);
  ASSERT_TRUE(wait);
  EXPECT_EQ(wait->limit, std::chrono::hours(1));
  EXPECT_TRUE(wait->approves);
  EXPECT_TRUE(std::holds_alternative<Wait>(kontor::testing::run(patient.about(TransferQuestion{})).value()));
  auto stranger = question(NegotiationState::requested, true);
  stranger.subject.id = Did("did:web:stranger");
  const auto refused = kontor::testing::run(patient.about(stranger)).value();
  EXPECT_TRUE(std::holds_alternative<Refuse>(refused)) << "nobody is bothered with who does not fulfil them";
}
