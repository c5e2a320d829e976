#include "domain/credential_request/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/credential_request/codec.hpp"
#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::credential_request;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const Did issuer{"did:web:issuer.example"};
const Did stranger{"did:web:stranger.example"};

RequestMade made() {
  return {.holder_pid = HolderPid{"holder-1"},
          .issuer = issuer,
          .credentials = {{.id = CredentialObjectId{"def-1"}, .type = "MembershipCredential"}}};
}
CredentialsDelivered delivery(std::string credential = "credential-1") {
  return {.issuer = issuer,
          .issuer_pid = IssuerPid{"process-1"},
          .credentials = {CredentialId{std::move(credential)}}};
}
Rejected rejection() {
  return {.issuer = issuer, .issuer_pid = IssuerPid{"process-1"}, .reason = "no"};
}

CredentialRequest in_state(State state) {
  CredentialRequest request{.holder_pid = HolderPid{"holder-1"},
                            .issuer = issuer,
                            .credentials = made().credentials,
                            .state = state};
  if (state == State::requested) {
    request.issuer_pid = IssuerPid{"process-1"};
    request.query_status_at = now;
  }
  if (state == State::issued) {
    request.issuer_pid = IssuerPid{"process-1"};
    request.delivered = {CredentialId{"credential-1"}};
  }
  if (state == State::created) request.renews = CredentialId{"credential-0"};
  if (state == State::error) request.failure = Failure{Failure::Kind::send_failed, "no route"};
  return request;
}

/// Every place a request can be in, by name; "none" is before it exists.
std::map<std::string, std::optional<CredentialRequest>> places() {
  auto rejected = in_state(State::error);
  rejected.failure = Failure{Failure::Kind::rejected, "no"};
  rejected.refused = "no room";
  return {{"none", std::nullopt},
          {"created", in_state(State::created)},
          {"requesting", in_state(State::requesting)},
          {"requested", in_state(State::requested)},
          {"issued", in_state(State::issued)},
          {"unsent", in_state(State::error)},
          {"rejected", rejected}};
}

std::map<std::string, Event> events() {
  return {{"make", made()},
          {"accept", RequestAccepted{IssuerPid{"process-1"}}},
          {"deliver", delivery()},
          {"refuse", DeliveryRefused{"no room"}},
          {"reject", rejection()},
          {"send_failed", SendFailed{"timeout"}},
          {"query_due", StatusQueryDue{}},
          {"status_received", StatusAnswered{RequestStatus::received}},
          {"status_rejected", StatusAnswered{RequestStatus::rejected}},
          {"status_issued", StatusAnswered{RequestStatus::issued}},
          {"status_unknown", StatusAnswered{}}};
}

std::string outcome(const std::optional<CredentialRequest>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  return std::string(state_codes.name(decision->next.state)) + (decision->effects.empty() ? "" : "+effect");
}

CredentialRequest after(const CredentialRequest& request, const Event& event) {
  return decide(&request, event, now).value().next;
}

}  // namespace

TEST(CredentialRequest, every_event_has_one_outcome_in_every_state) {
  auto table = kontor::testing::word_table(R"(
            make               accept     deliver             reject              send_failed  query_due
none        REQUESTING+effect  not_found  not_found           not_found           not_found    not_found
created     conflict           REQUESTED  ISSUED+effect       ERROR+effect        ERROR+effect same
requesting  conflict           REQUESTED  ISSUED              ERROR               ERROR        same
requested   conflict           same       ISSUED              ERROR               same         REQUESTED+effect
issued      conflict           same       same                illegal_transition  same         same
unsent      conflict           REQUESTED  ISSUED              ERROR               same         same
rejected    conflict           same       illegal_transition  same                same         same
)");
  const auto answers = kontor::testing::word_table(R"(
            status_received  status_rejected  status_issued  status_unknown  refuse
none        not_found        not_found        not_found      not_found       not_found
created     same             same             same           same            CREATED
requesting  same             same             same           same            REQUESTING
requested   same             ERROR            same           same            REQUESTED
issued      same             same             same           same            ISSUED
unsent      same             same             same           same            ERROR
rejected    same             same             same           same            same
)");
  for (const auto& [place, outcomes] : answers) table[place].insert(outcomes.begin(), outcomes.end());
  for (const auto& [place, request] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(request, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(CredentialRequest, making_and_sending_is_one_decision) {
  auto decision = decide(nullptr, made(), now).value();
  EXPECT_EQ(decision.next.state, State::requesting);
  ASSERT_EQ(decision.effects.size(), 1u);
  const auto& send = std::get<SendCredentialRequest>(decision.effects[0]);
  EXPECT_EQ(send.credentials, std::vector{CredentialObjectId{"def-1"}});
  EXPECT_EQ(send.issuer, issuer);
}

TEST(CredentialRequest, what_may_come_in_either_of_two_formats_is_asked_for_once) {
  auto event = made();
  event.credentials.push_back(event.credentials.front());
  event.credentials.back().format = Format::vc2_0_jose;
  const auto decision = decide(nullptr, event, now).value();
  EXPECT_EQ(std::get<SendCredentialRequest>(decision.effects.at(0)).credentials,
            std::vector{CredentialObjectId{"def-1"}});
  const DeliveredCredential delivered{{"MembershipCredential"}, Format::vc2_0_jose};
  EXPECT_TRUE(match_delivery(decision.next, {&delivered, 1}));
}

TEST(CredentialRequest, a_request_for_nothing_is_refused) {
  auto event = made();
  event.credentials.clear();
  EXPECT_EQ(decide(nullptr, event, now).error().code, ErrorCode::invalid_input);
}

TEST(CredentialRequest, a_delivery_that_overtakes_the_acknowledgement_is_understood) {
  auto delivered = after(in_state(State::requesting), delivery());
  EXPECT_EQ(delivered.state, State::issued);
  EXPECT_EQ(delivered.issuer_pid, IssuerPid{"process-1"});
  EXPECT_EQ(after(delivered, RequestAccepted{IssuerPid{"process-1"}}), delivered);
  EXPECT_EQ(after(delivered, SendFailed{"timeout"}), delivered);
}

TEST(CredentialRequest, a_later_delivery_adds_what_is_new) {
  auto twice = after(in_state(State::issued), delivery("credential-2"));
  EXPECT_EQ(twice.delivered, (std::vector{CredentialId{"credential-1"}, CredentialId{"credential-2"}}));
}

TEST(CredentialRequest, one_request_brings_a_bounded_number_of_credentials) {
  auto request = in_state(State::requested);
  for (int i = 0; i < 100; ++i) request = after(request, delivery("credential-" + std::to_string(i)));
  EXPECT_EQ(decide(&request, delivery("one-more"), now).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(after(request, delivery("credential-7")), request);
}

TEST(CredentialRequest, only_the_asked_issuer_may_deliver_or_reject) {
  auto requested = in_state(State::requested);
  auto foreign_delivery = delivery();
  foreign_delivery.issuer = stranger;
  auto foreign_rejection = rejection();
  foreign_rejection.issuer = stranger;
  EXPECT_EQ(decide(&requested, foreign_delivery, now).error().code, ErrorCode::forbidden);
  EXPECT_EQ(decide(&requested, foreign_rejection, now).error().code, ErrorCode::forbidden);
}

TEST(CredentialRequest, the_issuer_is_asked_at_growing_intervals) {
  EXPECT_EQ(status_query_delay(0), std::chrono::minutes(1));
  EXPECT_EQ(status_query_delay(3), std::chrono::minutes(8));
  EXPECT_EQ(status_query_delay(4'000'000'000), std::chrono::hours(6));
  auto accepted = after(in_state(State::requesting), RequestAccepted{IssuerPid{"process-1"}});
  EXPECT_EQ(Machine::due_at(accepted), now + std::chrono::minutes(1));
  auto asked = decide(&accepted, StatusQueryDue{}, now + std::chrono::minutes(1)).value();
  EXPECT_EQ(
      asked.effects,
      (std::vector<Effect>{QueryRequestStatus{.issuer = issuer, .issuer_pid = IssuerPid{"process-1"}}}));
  EXPECT_EQ(Machine::due_at(asked.next), std::nullopt);
  auto answered = after(asked.next, StatusAnswered{RequestStatus::received});
  EXPECT_EQ(Machine::due_at(answered), now + std::chrono::minutes(2));
}

TEST(CredentialRequest, an_issuer_without_a_location_is_not_asked) {
  auto accepted = after(in_state(State::requesting), RequestAccepted{});
  EXPECT_EQ(accepted.state, State::requested);
  EXPECT_EQ(Machine::due_at(accepted), std::nullopt);
  auto learned = after(accepted, RequestAccepted{IssuerPid{"process-1"}});
  EXPECT_EQ(Machine::due_at(learned), now + std::chrono::minutes(1));
}

TEST(CredentialRequest, a_delivered_credential_answers_the_object_of_its_type_and_format) {
  auto request = in_state(State::requested);
  request.credentials.push_back(
      {.id = CredentialObjectId{"def-2"}, .type = "MembershipCredential", .format = Format::vc2_0_jose});
  const DeliveredCredential delivered[] = {
      {.types = {"VerifiableCredential", "MembershipCredential"}, .format = Format::vc2_0_jose},
      {.types = {"MembershipCredential"}, .format = Format::vc1_0_jwt}};
  EXPECT_EQ(match_delivery(request, delivered).value(),
            (std::vector{CredentialObjectId{"def-2"}, CredentialObjectId{"def-1"}}));
}

TEST(CredentialRequest, a_delivery_that_could_not_be_kept_is_remembered_until_one_could) {
  const auto refused = after(in_state(State::requested), DeliveryRefused{"no room"});
  EXPECT_EQ(refused.refused, "no room");
  EXPECT_EQ(refused.query_status_at, now) << "the issuer is asked as before";
  EXPECT_EQ(Machine::decode(Machine::encode(refused), 1).value(), refused);
  EXPECT_EQ(after(refused, DeliveryRefused{"too large"}).refused, "too large");
  EXPECT_EQ(after(refused, delivery()).refused, "");
  const auto twice = after(after(in_state(State::issued), DeliveryRefused{"no room"}), delivery());
  EXPECT_EQ(twice.refused, "") << "what is held already is no other delivery";
}

TEST(CredentialRequest, a_credential_that_was_not_asked_for_is_refused) {
  auto request = in_state(State::requested);
  const DeliveredCredential other_type[] = {{.types = {"OtherCredential"}, .format = Format::vc1_0_jwt}};
  const DeliveredCredential other_format[] = {
      {.types = {"MembershipCredential"}, .format = Format::vc2_0_jose}};
  EXPECT_EQ(match_delivery(request, other_type).error().code, ErrorCode::forbidden);
  EXPECT_EQ(match_delivery(request, other_format).error().code, ErrorCode::forbidden);
  EXPECT_EQ(match_delivery(request, {}).error().code, ErrorCode::invalid_input);
}

TEST(CredentialRequest, no_order_or_duplication_of_messages_leaves_issued_or_undoes_a_rejection) {
  std::vector<Event> messages;
  for (const auto& [name, event] : events()) {
    if (name != "make") messages.push_back(event);
  }
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& order) {
    auto request = decide(nullptr, made(), now)->next;
    auto moment = now;
    for (auto pick : order) {
      moment += std::chrono::hours(1);
      auto decision = decide(&request, messages[pick % messages.size()], moment);
      if (!decision) continue;
      const bool was_issued = request.state == State::issued;
      const bool was_rejected = request.failure && request.failure->kind == Failure::Kind::rejected;
      request = decision->next;
      RC_ASSERT(!was_issued || request.state == State::issued);
      RC_ASSERT(!was_rejected || request.state == State::error);
      RC_ASSERT((request.state == State::issued) == !request.delivered.empty());
      RC_ASSERT((request.state == State::error) == request.failure.has_value());
      RC_ASSERT(request.state == State::requested || !request.query_status_at);
    }
  }));
}

TEST(CredentialRequest, a_message_that_comes_twice_at_once_changes_nothing_the_second_time) {
  for (const auto& [place, request] : places()) {
    if (!request) continue;
    for (const auto& [name, event] : events()) {
      auto first = decide(&*request, event, now);
      if (!first) continue;
      auto second = decide(&first->next, event, now);
      ASSERT_TRUE(second) << place << " × " << name;
      EXPECT_TRUE(second->happened.empty() && second->effects.empty()) << place << " × " << name;
    }
  }
}

TEST(CredentialRequest, the_stored_form_keeps_everything) {
  for (const auto& [place, request] : places()) {
    if (!request) continue;
    EXPECT_EQ(Machine::decode(Machine::encode(*request), 1).value(), *request) << place;
  }
}

/// What comes in one request may be a mebibyte, and what becomes of it comes to it.
TEST(CredentialRequest, the_stored_form_keeps_the_largest_request) {
  auto request = in_state(State::requested);
  request.credentials.at(0).type = std::string(1'048'500, 'x');
  const auto again = Machine::decode(Machine::encode(request), 1);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, request);
}

TEST(CredentialRequest, the_stored_form_is_this) {
  EXPECT_EQ(Machine::encode(in_state(State::requested)),
            R"({"holderPid":"holder-1","issuerDid":"did:web:issuer.example","credentials":[{"id":"def-1",)"
            R"("credentialType":"MembershipCredential","format":"VC1_0_JWT"}],"state":"REQUESTED",)"
            R"("issuerPid":"process-1","statusQueries":0,"queryStatusAt":"2027-01-15T08:00:00Z"})");
}

TEST(CredentialRequest, effects_survive_the_outbox) {
  const Effect send = SendCredentialRequest{HolderPid{"holder-1"},
                                            issuer,
                                            {CredentialObjectId{"def-1"}},
                                            {"org.eclipse.dspace.dcp.vc.type:A:read"}};
  const Effect query = QueryRequestStatus{issuer, IssuerPid{"process-1"}};
  const Effect end = EndRenewal{CredentialId{"credential-0"}, true};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(end)).value(), end);
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(send)).value(), send);
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(query)).value(), query);
  EXPECT_FALSE(Machine::decode_effect(R"({"type":"Unknown"})"));
}

TEST(CredentialRequest, the_end_of_a_renewal_is_told_to_what_it_renews) {
  auto requested = in_state(State::requested);
  requested.renews = CredentialId{"credential-0"};
  const auto told = [](const CredentialRequest& request, const Event& event) -> std::string {
    const auto decision = decide(&request, event, now).value();
    if (decision.effects.empty()) return "nothing";
    const auto& end = std::get<EndRenewal>(decision.effects.back());
    return end.credential.str() + (end.delivered ? " renewed" : " not renewed");
  };
  EXPECT_EQ(told(requested, delivery()), "credential-0 renewed");
  EXPECT_EQ(told(requested, rejection()), "credential-0 not renewed");
  EXPECT_EQ(told(requested, StatusAnswered{RequestStatus::rejected}), "credential-0 not renewed");
  EXPECT_EQ(told(requested, delivery("credential-0")), "credential-0 not renewed") << "it brought the same";
  EXPECT_EQ(told(after(requested, delivery("credential-0")), delivery()), "credential-0 renewed");
  EXPECT_EQ(told(after(requested, delivery()), delivery("credential-2")), "nothing") << "it was told";
  auto unsent = in_state(State::error);
  unsent.renews = requested.renews;
  EXPECT_EQ(told(unsent, rejection()), "nothing") << "it was told";
  EXPECT_EQ(told(unsent, delivery()), "credential-0 renewed") << "it came after all";
  EXPECT_EQ(told(in_state(State::requested), delivery()), "nothing") << "it renews nothing";
}

TEST(CredentialRequest, a_renewal_of_which_nothing_is_heard_is_given_up_and_may_come_after_all) {
  for (const bool can_be_asked : {true, false}) {
    auto request = in_state(State::requested);
    request.renews = CredentialId{"credential-0"};
    if (!can_be_asked) request.issuer_pid.reset();
    auto moment = now;
    while (request.state == State::requested) {
      moment = Machine::due_at(request).value();
      ASSERT_LT(moment, now + std::chrono::hours(24 * 8)) << "it waits for ever";
      const auto decision = decide(&request, StatusQueryDue{}, moment).value();
      request = decision.next;
      const bool asks =
          !decision.effects.empty() && std::holds_alternative<QueryRequestStatus>(decision.effects[0]);
      if (!asks) continue;
      EXPECT_TRUE(can_be_asked);
      request = decide(&request, StatusAnswered{}, moment).value().next;
    }
    EXPECT_GT(moment, now + std::chrono::hours(24 * 6));
    EXPECT_EQ(request.failure->kind, Failure::Kind::send_failed);
    EXPECT_EQ(after(request, delivery()).state, State::issued);
  }
}

TEST(CredentialRequest, an_end_that_cannot_be_told_is_not_forgotten) {
  EXPECT_FALSE(Machine::failed(EndRenewal{}, Error{ErrorCode::storage_failed, "", {}, {}}));
}

TEST(CredentialRequest, a_send_that_failed_for_good_is_an_event) {
  auto event =
      Machine::failed(SendCredentialRequest{}, Error{ErrorCode::peer_unavailable, "no route", {}, {}});
  ASSERT_TRUE(event);
  auto failed = after(in_state(State::requesting), *event);
  EXPECT_EQ(failed.failure->reason, "no route");
}

TEST(CredentialRequest, states_have_the_codes_of_the_identity_api) {
  EXPECT_EQ(state_codes.code(State::created), 100);
  EXPECT_EQ(state_codes.code(State::requesting), 200);
  EXPECT_EQ(state_codes.code(State::requested), 300);
  EXPECT_EQ(state_codes.code(State::issued), 400);
  EXPECT_EQ(state_codes.code(State::error), 500);
}
