#include "domain/issuance/test_process.hpp"

using namespace kontor;
using namespace kontor::domain::issuance;
using namespace kontor::domain::issuance::testing;

TEST(IssuanceGathering, every_event_of_gathering_has_one_outcome_in_every_state) {
  auto table = kontor::testing::word_table(R"(
              receive_unattested  gathered_approved  gathered_pending  gathered_rejected
none          SUBMITTED+G         not_found          not_found         not_found
gathering     same                APPROVED+C         SUBMITTED         ERRORED+R
waiting       SUBMITTED+G         APPROVED+C         SUBMITTED         ERRORED+R
submitted     same                same               same              same
approved      same                same               same              same
delivered     DELIVERED+C         same               same              same
redelivering  same                same               same              same
reissuing     silent              same               same              same
not_granted   SUBMITTED+G         same               same              same
rejected      forbidden           same               same              same
undelivered   APPROVED+C          same               same              same
)");
  const auto not_gathered = kontor::testing::word_table(R"(
              gathering_failed  gather_again
none          not_found         not_found
gathering     SUBMITTED         same
waiting       same              SUBMITTED+G
submitted     same              same
approved      same              same
delivered     same              same
redelivering  same              same
reissuing     same              same
not_granted   same              same
rejected      same              same
undelivered   same              same
)");
  for (const auto& [place, outcomes] : not_gathered) table[place].insert(outcomes.begin(), outcomes.end());
  expect_outcomes(table, gathering_events());
}

TEST(IssuanceGathering, who_could_not_be_asked_is_asked_again_for_a_day_and_the_holder_hears_how_it_ends) {
  const auto gathering = *places().at("gathering");
  const auto waiting = decide(&gathering, GatheringFailed{"no route"}, now).value().next;
  EXPECT_EQ(waiting.state, State::submitted);
  EXPECT_EQ(waiting.gathering->reason, "no route");
  EXPECT_EQ(Machine::due_at(waiting), now + gather_again_after);
  EXPECT_EQ(Machine::due_at(gathering), std::nullopt);
  const auto again = decide(&waiting, Machine::due_event(waiting), now + gather_again_after).value();
  EXPECT_EQ(again.effects,
            (std::vector<Effect>{GatherAttestations{IssuerPid{"process-1"}, "of the issuer"}}));
  EXPECT_EQ(again.next.gathering->since, now);
  const auto late = now + gather_for_max;
  const auto none = AttestationsGathered{UnattestedVerdict{"still no route"}};
  const auto given_up = decide(&again.next, none, late).value();
  EXPECT_EQ(given_up.next.failure, (Failure{Failure::Kind::not_granted, "still no route"}));
  EXPECT_EQ(
      given_up.effects,
      (std::vector<Effect>{DeliverRejection{IssuerPid{"process-1"}, HolderPid{"holder-1"},
                                            Did{"did:web:acme.example"}, "still no route", "one-time"}}));
  const auto asked_again = RequestReceived{request(), UnattestedVerdict{"not yet asked", "of the issuer"}};
  EXPECT_EQ(decide(&given_up.next, asked_again, late)->next.gathering->since, late);
}
