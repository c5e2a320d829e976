#include "domain/obtaining/decide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace kontor::domain::obtaining {
namespace {

const Instant start = from_epoch_seconds(1'800'000'000);

Wanted wanted(std::vector<odrl::Policy> accepted = {}) {
  return {Did("did:web:provider"), "https://provider.example/dsp", "profile",
          dsp::DatasetId("asset"), std::string("HttpData-PULL"),   std::move(accepted)};
}

odrl::Policy policy(std::string id) {
  odrl::Policy made{.id = std::move(id), .permissions = {odrl::Rule{}}};
  return made;
}

/// The ids that a call brings for its flight.
Obtain obtain(int call, std::uint64_t seen = 0) {
  const auto number = std::to_string(call);
  return {EntityId("obtaining"), wanted(), seen, Pid("transfer-" + number), Pid("negotiation-" + number)};
}

Failure refused(Hop hop) {
  return {hop, ErrorCode::peer_refused, "it was refused", "not to you"};
}

Decision must(const Obtaining* current, const Event& event) {
  auto decision = decide(current, event, start);
  invariant(decision.has_value(), "the event is legal");
  for (const auto& effect : decision->effects) {
    const auto stored = Machine::encode_effect(effect);
    EXPECT_EQ(Machine::encode_effect(Machine::decode_effect(stored).value()), stored);
    EXPECT_TRUE(Machine::wanted(decision->next, effect)) << stored;
  }
  EXPECT_EQ(Machine::decode(Machine::encode(decision->next), 1).value(), decision->next);
  return std::move(*decision);
}

/// A flight as it is in this state, by the shortest way.
Obtaining flight(State state) {
  auto now = must(nullptr, obtain(1)).next;
  const Event way[] = {OfferChosen{policy("offer")},
                       NegotiationEnded{Pid("negotiation-1"), EntityId("agreement")},
                       TransferSettled{Pid("transfer-1")}};
  if (state == State::failed) return must(&now, HopFailed{refused(Hop::catalog)}).next;
  for (const auto& step : way) {
    if (now.state == state) break;
    now = must(&now, step).next;
  }
  return now;
}

constexpr std::array all_states = {State::searching, State::negotiating, State::transferring, State::obtained,
                                   State::failed};

}  // namespace

TEST(Obtaining, every_event_in_every_state_leads_where_the_table_says) {
  const auto same = State{255};
  struct Row {
    const char* event;
    Event what;
    std::array<State, 5> leads_to;  ///< from each of `all_states`
  };
  const std::array stays = {same, same, same, same, same};
  auto into = [&](State at, State to) {
    auto row = stays;
    row[static_cast<std::size_t>(at)] = to;
    return row;
  };
  const Row rows[] = {
      {"a call of who has seen nothing", obtain(2), stays},
      {"a call of who has seen the flight at rest",
       obtain(2, 1),
       {same, same, same, State::searching, State::searching}},
      {"an agreement", AgreementFound{EntityId("a"), Pid("n")}, into(State::searching, State::transferring)},
      {"an agreement and a transfer", AgreementFound{EntityId("a"), Pid("n"), Pid("t")},
       into(State::searching, State::obtained)},
      {"an offer", OfferChosen{policy("offer")}, into(State::searching, State::negotiating)},
      {"the agreement of its negotiation", NegotiationEnded{Pid("negotiation-1"), EntityId("a")},
       into(State::negotiating, State::transferring)},
      {"the end of its negotiation", NegotiationEnded{Pid("negotiation-1"), {}, refused(Hop::negotiation)},
       into(State::negotiating, State::failed)},
      {"the agreement of another negotiation", NegotiationEnded{Pid("other"), EntityId("a")}, stays},
      {"the start of its transfer", TransferSettled{Pid("transfer-1")},
       into(State::transferring, State::obtained)},
      {"the end of its transfer", TransferSettled{Pid("transfer-1"), refused(Hop::transfer)},
       into(State::transferring, State::failed)},
      {"the start of another transfer", TransferSettled{Pid("other")}, stays},
      {"a hop that fails",
       HopFailed{refused(Hop::offer)},
       {State::failed, State::failed, State::failed, same, same}},
  };
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < all_states.size(); ++i) {
      const auto before = flight(all_states[i]);
      ASSERT_EQ(before.state, all_states[i]);
      const auto decision = must(&before, row.what);
      const auto expected = row.leads_to[i] == same ? all_states[i] : row.leads_to[i];
      EXPECT_EQ(decision.next.state, expected) << row.event << " while " << state_names.name(all_states[i]);
      if (row.leads_to[i] != same) continue;
      EXPECT_EQ(decision.next, before) << row.event;
      EXPECT_TRUE(decision.effects.empty() && decision.happened.empty()) << row.event;
    }
  }
}

TEST(Obtaining, a_flight_goes_from_the_offer_to_the_access_with_the_ids_of_who_began_it) {
  const auto begun = must(nullptr, obtain(1));
  ASSERT_EQ(begun.effects.size(), 1u);
  EXPECT_EQ(std::get<Search>(begun.effects[0]).wanted, wanted());
  const auto chosen = must(&begun.next, OfferChosen{policy("offer")});
  const auto& order = std::get<Negotiate>(chosen.effects.at(0));
  EXPECT_EQ(order.negotiation, Pid("negotiation-1"));
  EXPECT_EQ(order.offer.id, "offer");
  const auto agreed = must(&chosen.next, NegotiationEnded{order.negotiation, EntityId("agreement")});
  const auto& last = std::get<Transfer>(agreed.effects.at(0));
  EXPECT_EQ(last.transfer, Pid("transfer-1"));
  EXPECT_EQ(last.agreement, EntityId("agreement"));
  const auto done = must(&agreed.next, TransferSettled{last.transfer});
  EXPECT_TRUE(done.effects.empty());
  EXPECT_EQ(done.happened, std::vector<std::string>{"dataset.obtaining.obtained"});
}

TEST(Obtaining, what_is_there_is_used) {
  const auto begun = must(nullptr, obtain(1)).next;
  const auto agreed = must(&begun, AgreementFound{EntityId("there"), Pid("earlier")});
  EXPECT_EQ(std::get<Transfer>(agreed.effects.at(0)).agreement, EntityId("there"));
  EXPECT_EQ(agreed.next.negotiation, Pid("earlier"));
  const auto runs = must(&begun, AgreementFound{EntityId("there"), Pid("earlier"), Pid("running")});
  EXPECT_TRUE(runs.effects.empty()) << "nothing has to be done";
  EXPECT_EQ(runs.next.transfer, Pid("running"));
}

TEST(Obtaining, all_who_call_while_a_flight_is_under_way_join_it) {
  for (auto state : {State::searching, State::negotiating, State::transferring}) {
    const auto before = flight(state);
    const auto joined = must(&before, obtain(2));
    EXPECT_EQ(joined.next, before);
    EXPECT_TRUE(joined.effects.empty());
  }
}

TEST(Obtaining, of_many_who_want_another_flight_the_first_begins_it) {
  auto now = flight(State::obtained);
  const auto first = must(&now, obtain(2, 1));
  EXPECT_EQ(first.next.flight, 2u);
  EXPECT_EQ(first.next.negotiation, Pid("negotiation-2"));
  EXPECT_TRUE(first.next.agreement.empty() && !first.next.failure);
  now = must(&first.next, HopFailed{refused(Hop::catalog)}).next;
  const auto second = must(&now, obtain(3, 1));
  EXPECT_EQ(second.next, now) << "who has seen the first is told of the second";
}

TEST(Obtaining, who_accepts_other_terms_does_not_join) {
  auto other = obtain(2);
  other.wanted.accepted = {policy("p")};
  const auto before = flight(State::negotiating);
  const auto refusal = decide(&before, other, start);
  ASSERT_FALSE(refusal);
  EXPECT_EQ(refusal.error().code, ErrorCode::conflict);
  EXPECT_TRUE(refusal.error().detail.contains("obtaining")) << refusal.error().detail;
}

TEST(Obtaining, a_failure_keeps_its_hop_and_the_counter_partys_words) {
  const auto before = flight(State::negotiating);
  const auto failed =
      must(&before, NegotiationEnded{Pid("negotiation-1"), {}, refused(Hop::negotiation)}).next;
  EXPECT_EQ(failed.failure, refused(Hop::negotiation));
  EXPECT_TRUE(Machine::ended(failed));
}

TEST(Obtaining, what_cannot_be_done_fails_the_flight_at_its_hop) {
  const std::pair<Effect, Hop> hops[] = {{Search{wanted()}, Hop::catalog},
                                         {Negotiate{wanted(), Pid("n"), policy("o")}, Hop::negotiation},
                                         {Transfer{wanted(), Pid("t"), EntityId("a")}, Hop::transfer}};
  for (const auto& [effect, hop] : hops) {
    const auto event = Machine::failed(effect, Error{ErrorCode::timeout, "no answer"});
    ASSERT_TRUE(event);
    const auto& failure = std::get<HopFailed>(*event).failure;
    EXPECT_EQ(failure.hop, hop);
    EXPECT_EQ(failure.code, ErrorCode::timeout);
    EXPECT_EQ(failure.reason, "no answer");
  }
}

TEST(Obtaining, what_a_flight_has_gone_beyond_is_not_done_again) {
  const Effect negotiate = Negotiate{wanted(), Pid("negotiation-1"), policy("o")};
  const Effect transfer = Transfer{wanted(), Pid("transfer-1"), EntityId("a")};
  EXPECT_TRUE(Machine::wanted(flight(State::negotiating), negotiate));
  EXPECT_FALSE(Machine::wanted(flight(State::transferring), negotiate));
  EXPECT_FALSE(Machine::wanted(flight(State::obtained), transfer));
  EXPECT_FALSE(Machine::wanted(flight(State::failed), Search{wanted()}));
  auto again = flight(State::obtained);
  again = must(&again, obtain(2, 1)).next;
  again = must(&again, OfferChosen{policy("o")}).next;
  EXPECT_FALSE(Machine::wanted(again, negotiate)) << "that of the flight before";
}

TEST(Obtaining, nothing_happens_to_what_nobody_obtains) {
  EXPECT_EQ(decide(nullptr, TransferSettled{Pid("t")}, start).error().code, ErrorCode::not_found);
}

}  // namespace kontor::domain::obtaining
