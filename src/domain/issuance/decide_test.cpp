#include "domain/issuance/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/issuance/codec.hpp"
#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::issuance;
using kontor::protocol::dcp::RequestStatus;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);

Request request() {
  return {.id = IssuerPid{"process-1"},
          .holder_pid = HolderPid{"holder-1"},
          .holder = HolderId{"acme"},
          .holder_did = Did{"did:web:acme.example"},
          .credentials = {{.definition = CredentialDefinitionId{"def-1"},
                           .type = "MembershipCredential",
                           .id = IssuedCredentialId{"urn:uuid:1"}}},
          .access_token = "one-time"};
}

const json::Object claims{{"level", "full"}};

IssuanceProcess received(Verdict verdict) {
  return decide(nullptr, RequestReceived{request(), std::move(verdict)}, now).value().next;
}

IssuanceProcess after(const IssuanceProcess& process, const Event& event) {
  return decide(&process, event, now).value().next;
}

std::map<std::string, std::optional<IssuanceProcess>> places() {
  const auto approved = received(ApprovedVerdict{claims});
  return {{"none", std::nullopt},
          {"submitted", received(PendingVerdict{claims})},
          {"approved", approved},
          {"delivered", after(approved, Delivered{})},
          {"rejected", received(RejectedVerdict{"not a member"})},
          {"undelivered", after(approved, DeliveryFailed{"no route"})},
          {"superseded", after(approved, Superseded{})}};
}

std::map<std::string, Event> events() {
  return {{"receive_approved", RequestReceived{request(), ApprovedVerdict{claims}}},
          {"receive_pending", RequestReceived{request(), PendingVerdict{claims}}},
          {"receive_rejected", RequestReceived{request(), RejectedVerdict{"no"}}},
          {"approve", Approve{}},
          {"reject", Reject{"no"}},
          {"delivered", Delivered{}},
          {"delivery_failed", DeliveryFailed{"timeout"}},
          {"redeliver", Redeliver{}},
          {"superseded", Superseded{}}};
}

std::string outcome(const std::optional<IssuanceProcess>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  auto text = std::string(state_codes.name(decision->next.state));
  for (const auto& effect : decision->effects) {
    text += std::holds_alternative<DeliverCredentials>(effect) ? "+C" : "+R";
  }
  return text;
}

}  // namespace

TEST(IssuanceProcess, every_event_has_one_outcome_in_every_state) {
  auto table = kontor::testing::word_table(R"(
             receive_approved  receive_pending  receive_rejected
none         APPROVED+C        SUBMITTED        ERRORED
submitted    same              same             same
approved     same              same             same
delivered    same              same             same
rejected     same              same             same
undelivered  same              same             same
superseded   same              same             same
)");
  const auto later = kontor::testing::word_table(R"(
             approve             reject              delivered           delivery_failed  redeliver           superseded
none         not_found           not_found           not_found           not_found        not_found           not_found
submitted    APPROVED+C          ERRORED+R           illegal_transition  same             illegal_transition  ERRORED
approved     same                illegal_transition  DELIVERED           ERRORED          same                ERRORED
delivered    same                illegal_transition  same                same             illegal_transition  same
rejected     illegal_transition  same                illegal_transition  same             illegal_transition  same
undelivered  illegal_transition  illegal_transition  DELIVERED           same             APPROVED+C          ERRORED
superseded   illegal_transition  illegal_transition  same                same             illegal_transition  same
)");
  for (const auto& [place, outcomes] : later) table[place].insert(outcomes.begin(), outcomes.end());
  for (const auto& [place, process] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(process, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(IssuanceProcess, receiving_and_delivering_is_one_decision) {
  auto decision = decide(nullptr, RequestReceived{request(), ApprovedVerdict{claims}}, now).value();
  EXPECT_EQ(decision.next.state, State::approved);
  EXPECT_EQ(decision.next.claims, claims);
  EXPECT_EQ(decision.effects, std::vector<Effect>{DeliverCredentials{IssuerPid{"process-1"}}});
}

TEST(IssuanceProcess, credentials_keep_their_ids_from_request_to_any_delivery) {
  auto again = after(after(received(ApprovedVerdict{claims}), DeliveryFailed{"timeout"}), Redeliver{});
  EXPECT_EQ(again.request, request());
}

TEST(IssuanceProcess, a_refusal_by_a_person_is_delivered_and_one_by_a_rule_is_answered) {
  auto pending = received(PendingVerdict{claims});
  auto refused = decide(&pending, Reject{"not now"}, now).value();
  EXPECT_EQ(refused.effects,
            (std::vector<Effect>{DeliverRejection{IssuerPid{"process-1"}, HolderPid{"holder-1"},
                                                  Did{"did:web:acme.example"}, "not now"}}));
  EXPECT_TRUE(
      decide(nullptr, RequestReceived{request(), RejectedVerdict{"no"}}, now).value().effects.empty());
}

TEST(IssuanceProcess, the_one_time_token_of_the_holder_is_forgotten_at_the_end) {
  for (const auto& [place, process] : places()) {
    if (!process) continue;
    const bool needed = place == "submitted" || place == "approved" || place == "undelivered";
    EXPECT_EQ(process->request.access_token.has_value(), needed) << place;
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
      {"submitted", RequestStatus::received},   {"approved", RequestStatus::received},
      {"delivered", RequestStatus::issued},     {"rejected", RequestStatus::rejected},
      {"undelivered", RequestStatus::rejected}, {"superseded", RequestStatus::rejected}};
  for (const auto& [place, status] : expected) {
    const auto told = status_of(*places().at(place));
    EXPECT_EQ(told.status, status) << place;
    EXPECT_EQ(told.issuer_pid, IssuerPid{"process-1"});
    EXPECT_EQ(told.holder_pid, HolderPid{"holder-1"});
  }
}

TEST(IssuanceProcess, no_order_or_duplication_of_events_delivers_what_was_refused_or_takes_a_delivery_back) {
  std::vector<Event> all;
  for (const auto& [name, event] : events()) all.push_back(event);
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& order, bool pending) {
    auto process = received(pending ? Verdict{PendingVerdict{claims}} : Verdict{ApprovedVerdict{claims}});
    bool refused = false;
    for (auto pick : order) {
      auto decision = decide(&process, all[pick % all.size()], now);
      if (!decision) continue;
      RC_ASSERT(process.state != State::delivered || decision->next.state == State::delivered);
      RC_ASSERT(decision->happened.empty() == (decision->next == process));
      RC_ASSERT(!refused || decision->effects.empty());
      process = decision->next;
      refused = refused || (process.failure && process.failure->kind != Failure::Kind::delivery_failed);
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

TEST(IssuanceProcess, the_stored_form_is_this) {
  EXPECT_EQ(
      Machine::encode(after(received(ApprovedVerdict{claims}), DeliveryFailed{"timeout"})),
      R"({"id":"process-1","holderPid":"holder-1","holderId":"acme","holderDid":"did:web:acme.example",)"
      R"("credentials":[{"definition":"def-1","credentialType":"MembershipCredential",)"
      R"("format":"VC1_0_JWT","id":"urn:uuid:1"}],"accessToken":"one-time","claims":{"level":"full"},)"
      R"("state":"ERRORED","failure":{"kind":"deliveryFailed","reason":"timeout"}})");
}

TEST(IssuanceProcess, effects_survive_the_outbox) {
  const Effect deliver = DeliverCredentials{IssuerPid{"process-1"}};
  const Effect reject =
      DeliverRejection{IssuerPid{"process-1"}, HolderPid{"holder-1"}, Did{"did:web:acme.example"}, "no"};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(deliver)).value(), deliver);
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(reject)).value(), reject);
}

TEST(IssuanceProcess, states_have_the_codes_of_the_administration_api) {
  EXPECT_EQ(state_codes.code(State::submitted), 50);
  EXPECT_EQ(state_codes.code(State::approved), 100);
  EXPECT_EQ(state_codes.code(State::delivered), 200);
  EXPECT_EQ(state_codes.code(State::errored), 300);
}
