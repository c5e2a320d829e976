#include "domain/issuance/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "domain/issuance/codec.hpp"
#include "domain/issuance/test_process.hpp"

using namespace kontor;
using namespace kontor::domain::issuance;
using namespace kontor::domain::issuance::testing;
using kontor::protocol::dcp::RequestStatus;

TEST(IssuanceProcess, every_event_has_one_outcome_in_every_state) {
  auto table = kontor::testing::word_table(R"(
              receive_approved  receive_pending  receive_rejected
none          APPROVED+C        SUBMITTED        ERRORED
gathering     same              same             forbidden
waiting       SUBMITTED+G       SUBMITTED+G      forbidden
submitted     same              same             forbidden
approved      same              same             forbidden
delivered     DELIVERED+C       DELIVERED+C      forbidden
redelivering  same              same             forbidden
reissuing     silent            silent           forbidden
not_granted   APPROVED+C        SUBMITTED        same
rejected      forbidden         forbidden        forbidden
undelivered   APPROVED+C        APPROVED+C       forbidden
)");
  const auto later = kontor::testing::word_table(R"(
              approve             reject              delivered           delivery_failed  redeliver
none          not_found           not_found           not_found           not_found        not_found
gathering     illegal_transition  ERRORED+R           illegal_transition  same             illegal_transition
waiting       illegal_transition  ERRORED+R           illegal_transition  same             illegal_transition
submitted     APPROVED+C          ERRORED+R           illegal_transition  same             illegal_transition
approved      same                illegal_transition  DELIVERED           ERRORED          same
delivered     same                illegal_transition  same                same             DELIVERED+C
redelivering  same                illegal_transition  DELIVERED           DELIVERED        same
reissuing     same                illegal_transition  DELIVERED+X         DELIVERED+X      same
not_granted   illegal_transition  illegal_transition  illegal_transition  same             illegal_transition
rejected      illegal_transition  same                illegal_transition  same             illegal_transition
undelivered   illegal_transition  illegal_transition  DELIVERED           same             APPROVED+C
)");
  const auto reissued = kontor::testing::word_table(R"(
              reissue
none          not_found
gathering     illegal_transition
waiting       illegal_transition
submitted     illegal_transition
approved      illegal_transition
delivered     DELIVERED+C
redelivering  illegal_transition
reissuing     same
not_granted   illegal_transition
rejected      illegal_transition
undelivered   illegal_transition
)");
  for (const auto& more : {later, reissued}) {
    for (const auto& [place, outcomes] : more) table[place].insert(outcomes.begin(), outcomes.end());
  }
  expect_outcomes(table, events());
}

TEST(IssuanceProcess, receiving_and_delivering_is_one_decision) {
  auto decision = decide(nullptr, RequestReceived{request(), ApprovedVerdict{claims}}, now).value();
  EXPECT_EQ(decision.next.state, State::approved);
  EXPECT_EQ(decision.next.claims, claims);
  EXPECT_EQ(decision.effects, std::vector<Effect>{DeliverCredentials{IssuerPid{"process-1"}}});
}

TEST(IssuanceProcess, credentials_keep_their_ids_from_request_to_any_delivery) {
  auto again = after(after(received(ApprovedVerdict{claims}), DeliveryFailed{"timeout"}), Redeliver{});
  EXPECT_EQ(again.request.credentials, request().credentials);
  EXPECT_EQ(after(after(again, Delivered{}), Redeliver{}).request.credentials, request().credentials);
}

TEST(IssuanceProcess, a_refusal_by_a_person_is_delivered_and_one_by_a_rule_is_answered) {
  auto pending = received(PendingVerdict{claims});
  auto refused = decide(&pending, Reject{"not now"}, now).value();
  EXPECT_EQ(refused.effects,
            (std::vector<Effect>{DeliverRejection{IssuerPid{"process-1"}, HolderPid{"holder-1"},
                                                  Did{"did:web:acme.example"}, "not now", "one-time"}}));
  EXPECT_TRUE(
      decide(nullptr, RequestReceived{request(), RejectedVerdict{"no"}}, now).value().effects.empty());
}

TEST(IssuanceProcess, the_one_time_token_of_the_holder_is_forgotten_at_the_end) {
  for (const auto& [place, process] : places()) {
    if (!process) continue;
    const bool needed = place == "submitted" || place == "approved" || place == "redelivering" ||
                        place == "gathering" || place == "waiting";
    EXPECT_EQ(process->request.access_token.has_value(), needed) << place;
  }
}

TEST(IssuanceProcess, what_was_delivered_is_delivered_again_with_the_token_of_whoever_asks_again) {
  auto again = request();
  again.credentials[0].id = IssuedCredentialId{"urn:uuid:2"};
  again.access_token = "another";
  for (const auto* place : {"delivered", "undelivered"}) {
    const auto before = *places().at(place);
    const auto decision = decide(&before, RequestReceived{again, ApprovedVerdict{}}, now).value();
    EXPECT_EQ(decision.effects, std::vector<Effect>{DeliverCredentials{IssuerPid{"process-1"}}}) << place;
    EXPECT_EQ(decision.next.request.credentials, request().credentials) << place;
    EXPECT_EQ(decision.next.claims, claims) << place;
    EXPECT_EQ(decision.next.request.access_token, "another") << place;
  }
}

TEST(IssuanceProcess, an_open_request_that_is_sent_again_takes_the_newer_token_and_nothing_else) {
  auto again = request();
  again.access_token = "another";
  for (const auto* place : {"gathering", "submitted", "approved", "redelivering"}) {
    const auto before = *places().at(place);
    const auto decision = decide(&before, RequestReceived{again, ApprovedVerdict{claims}}, now).value();
    EXPECT_TRUE(decision.effects.empty() && decision.happened.empty()) << place;
    auto expected = before;
    expected.request.access_token = "another";
    EXPECT_EQ(decision.next, expected) << place;
  }
}

TEST(IssuanceProcess, a_request_that_was_not_granted_is_judged_anew_when_it_is_sent_again) {
  const auto refused = received(RejectedVerdict{"not a member"});
  EXPECT_EQ(refused.failure, (Failure{Failure::Kind::not_granted, "not a member"}));
  auto again = request();
  again.credentials.push_back({.definition = CredentialDefinitionId{"def-2"},
                               .type = "OtherCredential",
                               .id = IssuedCredentialId{"urn:uuid:2"}});
  const auto granted = after(refused, RequestReceived{again, ApprovedVerdict{claims}});
  EXPECT_EQ(granted, (IssuanceProcess{.request = again, .state = State::approved, .claims = claims}));
  const auto for_another_reason = decide(&refused, RequestReceived{request(), RejectedVerdict{"late"}}, now);
  EXPECT_EQ(for_another_reason->next.failure->reason, "late");
  EXPECT_EQ(for_another_reason->happened, std::vector<std::string>{"issuance.notGranted"});
}

TEST(IssuanceProcess, an_id_that_is_in_use_is_refused_for_other_credentials) {
  auto other = request();
  other.credentials[0].definition = CredentialDefinitionId{"def-2"};
  auto more = request();
  more.credentials.push_back(other.credentials[0]);
  for (const auto* place : {"submitted", "approved", "delivered", "redelivering", "undelivered"}) {
    const auto process = *places().at(place);
    for (const auto& each : {other, more}) {
      const auto decision = decide(&process, RequestReceived{each, ApprovedVerdict{claims}}, now);
      ASSERT_FALSE(decision) << place;
      EXPECT_EQ(decision.error().code, ErrorCode::conflict) << place;
    }
  }
}

TEST(IssuanceProcess, what_is_reissued_stands_until_its_successor_has_arrived) {
  const auto before = *places().at("reissuing");
  EXPECT_EQ(before.claims, reissue().claims);
  ASSERT_EQ(to_deliver(before).size(), 1u);
  EXPECT_EQ(to_deliver(before).at(0).id, IssuedCredentialId{"urn:uuid:2"});
  const auto arrived = decide(&before, Delivered{}, now).value();
  EXPECT_EQ(
      arrived.effects,
      (std::vector<Effect>{RevokeCredential{IssuedCredentialId{"urn:uuid:1"}, "replaced by urn:uuid:2"}}));
  EXPECT_EQ(arrived.next.request.credentials, std::vector{reissue().by});
  const auto again = decide(&arrived.next, RequestReceived{request(), ApprovedVerdict{claims}}, now).value();
  EXPECT_EQ(to_deliver(again.next).at(0).id, IssuedCredentialId{"urn:uuid:2"});
}

TEST(IssuanceProcess, a_successor_that_does_not_arrive_is_revoked_and_what_it_was_to_replace_stands) {
  const auto before = *places().at("reissuing");
  const auto failed = decide(&before, DeliveryFailed{"timeout"}, now).value();
  EXPECT_EQ(failed.effects,
            (std::vector<Effect>{RevokeCredential{IssuedCredentialId{"urn:uuid:2"}, "its delivery failed"}}));
  EXPECT_EQ(failed.next.request.credentials.at(0).id, IssuedCredentialId{"urn:uuid:1"});
}

TEST(IssuanceProcess, of_several_credentials_only_the_reissued_one_is_delivered) {
  auto two = request();
  two.credentials.push_back({.definition = CredentialDefinitionId{"def-2"},
                             .type = "OtherCredential",
                             .id = IssuedCredentialId{"urn:uuid:9"}});
  const auto process =
      after(decide(nullptr, RequestReceived{two, ApprovedVerdict{claims}}, now).value().next, Delivered{});
  EXPECT_EQ(to_deliver(process).size(), 2u);
  EXPECT_EQ(to_deliver(after(process, reissue())).at(0).id, IssuedCredentialId{"urn:uuid:2"});
  auto unknown = reissue();
  unknown.replaced = IssuedCredentialId{"urn:uuid:7"};
  EXPECT_EQ(decide(&process, unknown, now).error().code, ErrorCode::not_found);
}

TEST(IssuanceProcess, an_answer_of_a_holder_that_another_attempt_may_change_is_no_end) {
  for (unsigned status : {400u, 401u, 403u, 404u, 408u, 409u, 422u, 429u, 500u, 502u, 503u, 504u}) {
    EXPECT_TRUE(worth_another_delivery(status)) << status;
  }
  for (unsigned status : {301u, 302u, 308u, 405u, 410u, 411u, 413u, 414u, 415u, 501u, 505u}) {
    EXPECT_FALSE(worth_another_delivery(status)) << status;
  }
}

TEST(IssuanceProcess, an_id_belongs_to_one_request) {
  auto process = received(ApprovedVerdict{claims});
  auto foreign = request();
  foreign.holder_pid = HolderPid{"holder-2"};
  EXPECT_EQ(decide(&process, RequestReceived{foreign, ApprovedVerdict{claims}}, now).error().code,
            ErrorCode::conflict);
  auto empty = request();
  empty.credentials.clear();
  EXPECT_EQ(decide(nullptr, RequestReceived{empty, ApprovedVerdict{claims}}, now).error().code,
            ErrorCode::invalid_input);
}

TEST(IssuanceProcess, the_holder_is_told_the_status_of_the_protocol) {
  const std::map<std::string, RequestStatus> expected{
      {"gathering", RequestStatus::received}, {"waiting", RequestStatus::received},
      {"submitted", RequestStatus::received}, {"approved", RequestStatus::received},
      {"delivered", RequestStatus::issued},   {"redelivering", RequestStatus::issued},
      {"reissuing", RequestStatus::issued},   {"not_granted", RequestStatus::rejected},
      {"rejected", RequestStatus::rejected},  {"undelivered", RequestStatus::rejected}};
  for (const auto& [place, status] : expected) {
    const auto told = status_of(*places().at(place));
    EXPECT_EQ(told.status, status) << place;
    EXPECT_EQ(told.issuer_pid, IssuerPid{"process-1"});
    EXPECT_EQ(told.holder_pid, HolderPid{"holder-1"});
  }
}

TEST(IssuanceProcess, no_order_or_duplication_of_events_delivers_what_was_refused_or_takes_a_delivery_back) {
  std::vector<Event> all;
  for (const auto& each : {events(), gathering_events()}) {
    for (const auto& [name, event] : each) all.push_back(event);
  }
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& order, bool pending) {
    auto process = received(pending ? Verdict{PendingVerdict{claims}} : Verdict{ApprovedVerdict{claims}});
    bool refused = false;
    for (auto pick : order) {
      auto decision = decide(&process, all[pick % all.size()], now);
      if (!decision) continue;
      RC_ASSERT(process.state != State::delivered || decision->next.state == State::delivered);
      // A newer token is taken without a word.
      auto but_for_the_token = decision->next;
      but_for_the_token.request.access_token = process.request.access_token;
      RC_ASSERT(decision->happened.empty() == (but_for_the_token == process));
      RC_ASSERT(!refused || decision->effects.empty());
      const auto is_delivery = [](const Effect& effect) {
        return std::holds_alternative<DeliverCredentials>(effect);
      };
      RC_ASSERT(!process.delivering_again || std::ranges::none_of(decision->effects, is_delivery));
      process = decision->next;
      RC_ASSERT(Machine::ended(process) != (process.state == State::submitted ||
                                            process.state == State::approved || process.delivering_again));
      refused = refused || (process.failure && process.failure->kind == Failure::Kind::rejected);
      RC_ASSERT(!refused || process.state == State::errored);
      RC_ASSERT((process.state == State::errored) == process.failure.has_value());
    }
  }));
}

TEST(IssuanceProcess, the_stored_form_keeps_everything) {
  for (const auto& [place, process] : places()) {
    if (!process) continue;
    EXPECT_EQ(Machine::decode(Machine::encode(*process), 1).value(), *process) << place;
  }
}

/// As much as may come of one who attests, and as deep.
TEST(IssuanceProcess, the_stored_form_keeps_all_that_is_claimed) {
  json::Value deep = "bottom";
  for (int i = 0; i < 32; ++i) deep = json::Object{{"in", std::move(deep)}};
  json::Object much{{"deep", std::move(deep)}};
  for (const char* name : {"a", "b", "c", "d", "e"}) much[name] = std::string(250'000, 'x');
  const auto process = received(ApprovedVerdict{much});
  const auto again = Machine::decode(Machine::encode(process), 1);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, process);
}

TEST(IssuanceProcess, the_stored_form_is_this) {
  EXPECT_EQ(
      Machine::encode(after(received(ApprovedVerdict{claims}), DeliveryFailed{"timeout"})),
      R"({"id":"process-1","holderPid":"holder-1","holderId":"acme","holderDid":"did:web:acme.example",)"
      R"("credentials":[{"definition":"def-1","credentialType":"MembershipCredential",)"
      R"("format":"VC1_0_JWT","id":"urn:uuid:1"}],"claims":{"level":"full"},)"
      R"("state":"ERRORED","failure":{"kind":"deliveryFailed","reason":"timeout"}})");
  const auto again = json::parse(Machine::encode(*places().at("redelivering"))).value();
  EXPECT_EQ(json::find(again, "accessToken")->as_string(), "one-time");
  EXPECT_TRUE(json::find(again, "deliveringAgain")->as_bool());
}

TEST(IssuanceProcess, what_the_version_before_gave_up_for_another_process_is_judged_anew) {
  auto stored = Machine::encode(after(received(ApprovedVerdict{claims}), DeliveryFailed{"timeout"}));
  const std::string_view kind = "deliveryFailed";
  stored.replace(stored.find(kind), kind.size(), "superseded");
  EXPECT_EQ(Machine::decode(stored, 1).value().failure->kind, Failure::Kind::not_granted);
}

TEST(IssuanceProcess, effects_survive_the_outbox) {
  const Effect deliver = DeliverCredentials{IssuerPid{"process-1"}};
  const Effect reject = DeliverRejection{IssuerPid{"process-1"}, HolderPid{"holder-1"},
                                         Did{"did:web:acme.example"}, "no", "one-time"};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(deliver)).value(), deliver);
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(reject)).value(), reject);
  const Effect gather = GatherAttestations{IssuerPid{"process-1"}, "of the issuer"};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(gather)).value(), gather);
  EXPECT_EQ(Machine::effect_group(gather), "of the issuer");
  EXPECT_EQ(Machine::effect_group(deliver), "");
  const Effect revoke = RevokeCredential{IssuedCredentialId{"urn:uuid:1"}, "replaced by urn:uuid:2"};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(revoke)).value(), revoke);
}

TEST(IssuanceProcess, states_have_the_codes_of_the_administration_api) {
  EXPECT_EQ(state_codes.code(State::submitted), 50);
  EXPECT_EQ(state_codes.code(State::approved), 100);
  EXPECT_EQ(state_codes.code(State::delivered), 200);
  EXPECT_EQ(state_codes.code(State::errored), 300);
}
