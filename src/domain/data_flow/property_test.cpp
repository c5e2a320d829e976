#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "domain/data_flow/codec.hpp"
#include "domain/data_flow/flow_fixture.hpp"

using namespace kontor;
using namespace kontor::domain::data_flow;
using namespace kontor::domain::data_flow::testing;

namespace {

/// One of all events, with an id out of few, so that repetitions are frequent.
Event any_event(Side side) {
  const auto id = "m" + std::to_string(*rc::gen::inRange(0, 12));
  const auto name = "g" + std::to_string(*rc::gen::inRange(0, 4));
  const auto address =
      *rc::gen::arbitrary<bool>() ? std::optional(their_address("https://" + id)) : std::nullopt;
  const Readiness readiness =
      *rc::gen::arbitrary<bool>() ? Readiness(Ready{opening(name)}) : Readiness(Later{noon});
  switch (*rc::gen::inRange(0, 14)) {
    case 0:
      return prepare(id, side.direction, readiness);
    case 1:
      return start(id, side.direction, readiness);
    case 2:
      return StartedReceived{MessageId(id), address};
    case 3:
      return SuspendReceived{MessageId(id), "pause"};
    case 4:
      return ResumeReceived{MessageId(id), address, opening(name)};
    case 5:
      return TerminateReceived{MessageId(id), "enough"};
    case 6:
      return CompletedReceived{MessageId(id)};
    case 7:
      return Opened{opening(name)};
    case 8:
      return Failed{"failure " + id};
    case 9:
      return Finished{};
    case 10:
      return Renewed{"refresh-" + name, grant("g" + id)};
    case 11:
      return Counted{id, {.requests = 1}};
    case 12:
      return CallbackFailed{Callback::completed, id};
    default:
      return OpeningOverdue{};
  }
}

bool is_message(const Event& event) {
  return event.index() <= 6;
}

bool has_close(const Decision& decision) {
  for (const auto& effect : decision.effects) {
    if (std::holds_alternative<CloseAccess>(effect)) return true;
  }
  return false;
}

void check_entity(const DataFlow& flow) {
  RC_ASSERT(flow.state != State::initialized);
  RC_ASSERT(flow.handled.size() <= 16u);
  const bool closed = flow.state == State::suspended || is_final(flow.state);
  if (closed) RC_ASSERT(!flow.grant && !flow.previous_grant);
  if (!owns_address(flow)) RC_ASSERT(!flow.grant && !flow.own_address);
  if (flow.role == Role::consumer) RC_ASSERT(flow.state != State::starting);
  if (flow.role == Role::provider) RC_ASSERT(flow.state != State::preparing && flow.state != State::prepared);
  RC_ASSERT(Machine::decode(Machine::encode(flow), 1).value() == flow);
  RC_ASSERT(Machine::ended(flow) == is_final(flow.state));
}

void check_step(const DataFlow& before, const Event& event, const Decision& decision) {
  check_entity(decision.next);
  for (const auto& effect : decision.effects) {
    RC_ASSERT(Machine::decode_effect(Machine::encode_effect(effect)).value() == effect);
  }
  if (is_final(before.state)) RC_ASSERT(decision.next.state == before.state);
  if (decision.happened.empty()) RC_ASSERT(decision.next == before && decision.effects.empty());
  const bool closes = decision.next.state != before.state &&
                      (decision.next.state == State::suspended || is_final(decision.next.state));
  RC_ASSERT(has_close(decision) == closes);
  if (!is_message(event) && event.index() != 11) return;
  auto again = decide(&decision.next, event, noon);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->happened.empty());
}

}  // namespace

RC_GTEST_PROP(DataFlowProperty, any_sequence_of_events_keeps_every_promise, ()) {
  const Side side = all_sides[*rc::gen::inRange(0, 4)];
  DataFlow flow = decide(nullptr, begin("begin", side), noon).value().next;
  const int steps = *rc::gen::inRange(1, 40);
  for (int i = 0; i < steps; ++i) {
    const auto event = any_event(side);
    auto decision = decide(&flow, event, noon);
    if (!decision) continue;
    check_step(flow, event, *decision);
    flow = decision->next;
  }
}

RC_GTEST_PROP(DataFlowProperty, repeated_and_reordered_messages_end_as_the_first_copies_did, ()) {
  const Side side = all_sides[*rc::gen::inRange(0, 4)];
  DataFlow flow = flow_in(State::started, side);
  std::vector<Event> sent;
  for (int i = 0; i < 8 && !is_final(flow.state); ++i) {
    const MessageId id("n" + std::to_string(i));
    Event event =
        flow.state == State::started ? Event(SuspendReceived{id, ""}) : Event(ResumeReceived{id, {}, {}});
    if (*rc::gen::inRange(0, 6) == 0) event = TerminateReceived{id, ""};
    flow = after(flow, event);
    sent.push_back(event);
    const auto copy = sent[*rc::gen::inRange<std::size_t>(0, sent.size())];
    RC_ASSERT(after(flow, copy) == flow);
  }
}

TEST(DataFlowCodec, a_flow_is_read_again_however_deep_that_is_which_came_with_its_order) {
  json::Value deep = "claim";
  for (int depth = 1; depth < 32; ++depth) deep = json::Array{deep};
  auto order = start("m1", Direction::pull, Ready{opening("g")});
  order.terms.claims = {{"deep", deep}};
  const auto begun = decide(nullptr, order, noon);
  ASSERT_TRUE(begun) << begun.error().message();
  const auto again = Machine::decode(Machine::encode(begun->next), 1);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, begun->next);
}
