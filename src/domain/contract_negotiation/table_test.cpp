#include <gtest/gtest.h>

#include "domain/contract_negotiation/negotiation_for_test.hpp"

/// What every event does in every state, for both roles.

using namespace kontor;
using namespace kontor::domain::contract_negotiation;
using namespace kontor::domain::contract_negotiation::testing;

namespace {

/// What can happen to a negotiation, each once; messages are new, fit the process and bring no command with
/// them.
std::vector<std::pair<std::string, Event>> all_events(Role role, const ContractNegotiation& now) {
  const auto fresh = envelope_to(role, "fresh");
  const auto agreement = agreement_about(offer());
  return {{"Request", request()},
          {"OpenOffer", open_offer()},
          {"CounterRequest", CounterRequest{offer("2")}},
          {"Accept", Accept{}},
          {"Verify", Verify{}},
          {"MakeOffer", MakeOffer{offer("2")}},
          {"Agree", Agree{agreement}},
          {"Finalize", Finalize{}},
          {"Terminate", Terminate{dsp::Reason::of("enough")}},
          {"Wait", Wait{std::chrono::hours(1)}},
          {"decision-due", DecisionDue{}},
          {"answer-due", AnswerDue{}},
          {"request", RequestReceived{fresh, {}, offer("2"), {}}},
          {"request-again", RequestReceived{fresh, first_contact(role), offer(), {}}},
          {"offer", OfferReceived{fresh, {}, offer("2"), {}}},
          {"offer-again", OfferReceived{fresh, {}, offer(), {}}},
          {"acceptance", AcceptanceReceived{fresh, {}}},
          {"agreement", AgreementReceived{fresh, agreement, {}, {}}},
          {"verification", VerificationReceived{fresh, {}}},
          {"finalization", FinalizationReceived{fresh}},
          {"termination", TerminationReceived{fresh, dsp::Reason::of("no")}},
          {"acknowledged", Acknowledged{now.pending, {}}},
          {"stale-ack", Acknowledged{MessageId{"older"}, {}}},
          {"failed", SendFailed{now.pending, ErrorCode::peer_refused, "refused"}},
          {"stale-fail", SendFailed{MessageId{"older"}, ErrorCode::peer_refused, "refused"}}};
}

constexpr std::string_view codes[] = {"INI", "RQG", "RQD", "OFG", "OFD", "ACG", "ACD", "AGG",
                                      "AGD", "VFG", "VFD", "FIG", "FID", "TEG", "TED"};
std::string_view code(State state) {
  return codes[static_cast<std::size_t>(state)];
}

/// One cell: the next state, `.` for no change, `-` for an illegal transition, `!` for a conflict.
std::string outcome(const ContractNegotiation& before, const Event& event) {
  auto decision = decide(&before, event, start);
  if (!decision) return decision.error().code == ErrorCode::conflict ? "!" : "-";
  if (decision->next.state == before.state && decision->effects.empty() && decision->happened.empty())
    return ".";
  return std::string(code(decision->next.state));
}

/// A row an event, a column a state in the order of `codes`.
std::string table_of(Role role) {
  std::string table;
  const auto names = all_events(role, negotiation(role, State::initial));
  for (std::size_t i = 0; i < names.size(); ++i) {
    table += fmt::format("{:<14}", names[i].first);
    for (const auto& row : state_names.rows) {
      auto before = negotiation(role, row.first);
      before.waiting = Waiting{start, false, {}};
      table += fmt::format(" {:<3}", outcome(before, all_events(role, before)[i].second));
    }
    while (table.back() == ' ') table.pop_back();
    table += "\n";
  }
  return table;
}

constexpr std::string_view header =
    "               INI RQG RQD OFG OFD ACG ACD AGG AGD VFG VFD FIG FID TEG TED\n";

constexpr std::string_view consumer_table = R"(
Request        !   !   !   !   !   !   !   !   !   !   !   !   !   !   !
OpenOffer      !   !   !   !   !   !   !   !   !   !   !   !   !   !   !
CounterRequest -   -   -   -   RQG -   -   -   -   -   -   -   -   -   -
Accept         -   -   -   -   ACG -   -   -   -   -   -   -   -   -   -
Verify         -   -   -   -   -   -   -   -   VFG -   -   -   -   -   -
MakeOffer      -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
Agree          -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
Finalize       -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
Terminate      TEG TEG TEG TEG TEG TEG TEG TEG TEG TEG TEG -   -   .   -
Wait           .   .   .   .   OFD .   .   .   AGD .   .   .   .   .   .
decision-due   .   .   .   .   TEG .   .   .   TEG .   .   .   .   .   .
answer-due     .   .   .   .   .   .   .   .   .   .   VFD .   .   .   .
request        -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
request-again  -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
offer          -   OFD OFD -   -   -   -   -   -   -   -   -   -   -   -
offer-again    -   OFD OFD -   .   -   -   -   -   -   -   -   -   -   -
acceptance     -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
agreement      -   AGD AGD -   -   AGD AGD -   .   .   -   -   -   -   -
verification   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
finalization   -   -   -   -   -   -   -   -   -   FID FID -   .   -   -
termination    TED TED TED TED TED TED TED TED TED TED TED TED -   TED -
acknowledged   .   RQD .   OFD .   ACD .   AGD .   VFD .   FID .   TED .
stale-ack      .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
failed         .   TEG .   TEG .   TEG .   TEG .   TEG .   TEG .   TED .
stale-fail     .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
)";

constexpr std::string_view provider_table = R"(
Request        !   !   !   !   !   !   !   !   !   !   !   !   !   !   !
OpenOffer      !   !   !   !   !   !   !   !   !   !   !   !   !   !   !
CounterRequest -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
Accept         -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
Verify         -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
MakeOffer      -   -   OFG -   -   -   -   -   -   -   -   -   -   -   -
Agree          -   -   AGG -   -   -   AGG -   -   -   -   -   -   -   -
Finalize       -   -   -   -   -   -   -   -   -   -   FIG -   -   -   -
Terminate      TEG TEG TEG TEG TEG TEG TEG TEG TEG TEG TEG -   -   .   -
Wait           .   .   RQD .   .   .   ACD .   .   .   VFD .   .   .   .
decision-due   .   .   TEG .   .   .   TEG .   .   .   TEG .   .   .   .
answer-due     .   .   .   .   .   .   .   .   AGD .   .   .   .   .   .
request        -   -   -   RQD RQD -   -   -   -   -   -   -   -   -   -
request-again  .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
offer          -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
offer-again    -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
acceptance     -   -   -   ACD ACD -   .   -   -   -   -   -   -   -   -
agreement      -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
verification   -   -   -   -   -   -   -   VFD VFD -   .   .   -   -   -
finalization   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
termination    TED TED TED TED TED TED TED TED TED TED TED TED -   TED -
acknowledged   .   RQD .   OFD .   ACD .   AGD .   VFD .   FID .   TED .
stale-ack      .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
failed         .   TEG .   TEG .   TEG .   TEG .   TEG .   TEG .   TED .
stale-fail     .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
)";

}  // namespace

TEST(ContractNegotiation, every_event_in_every_state_does_what_the_table_of_the_consumer_says) {
  EXPECT_EQ("\n" + table_of(Role::consumer), consumer_table) << header;
}

TEST(ContractNegotiation, every_event_in_every_state_does_what_the_table_of_the_provider_says) {
  EXPECT_EQ("\n" + table_of(Role::provider), provider_table) << header;
}
