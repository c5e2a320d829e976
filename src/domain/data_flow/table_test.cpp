#include <gtest/gtest.h>

#include <sstream>

#include "domain/data_flow/flow_fixture.hpp"

using namespace kontor;
using namespace kontor::domain::data_flow;
using namespace kontor::domain::data_flow::testing;

namespace {

/// Every event, with message ids that the flow has not seen, in the order of the table's columns.
std::vector<Event> all_events(Side side) {
  const MessageId fresh("fresh");
  return {prepare("fresh", side.direction),
          start("fresh", side.direction),
          StartedReceived{fresh, {}},
          SuspendReceived{fresh, "pause"},
          ResumeReceived{fresh, {}, opening("g2")},
          TerminateReceived{fresh, "enough"},
          CompletedReceived{fresh},
          Opened{opening("g2")},
          Failed{"disk full"},
          Finished{},
          Renewed{"refresh-g1", grant("g2")},
          Counted{"report", {.requests = 1}},
          CallbackFailed{Callback::started, "no answer"},
          OpeningOverdue{}};
}

/// `x` refused, `.` nothing changes, `=` changes in the same state, otherwise the state it moves to.
std::string outcome(const DataFlow& flow, const Event& event) {
  auto decision = decide(&flow, event, noon);
  if (!decision) return "x";
  if (decision->happened.empty()) {
    EXPECT_EQ(decision->next, flow);
    EXPECT_TRUE(decision->effects.empty());
    return ".";
  }
  if (decision->next.state == flow.state) return "=";
  return std::string(protocol::dps::state_name(decision->next.state));
}

struct Row {
  State state;
  const char* outcomes;
};

void expect_rows(Side side, std::span<const Row> rows) {
  for (const auto& row : rows) {
    const auto flow = flow_in(row.state, side);
    ASSERT_EQ(flow.state, row.state);
    std::istringstream expected(row.outcomes);
    const auto events = all_events(side);
    ASSERT_EQ(events.size(), std::variant_size_v<Event>);
    for (std::size_t i = 0; i < events.size(); ++i) {
      ASSERT_EQ(events[i].index(), i) << "the columns follow the order of the variant";
      std::string want;
      ASSERT_TRUE(expected >> want) << "a pair of state and event is not listed";
      EXPECT_EQ(outcome(flow, events[i]), want)
          << "event " << i << " in " << protocol::dps::state_name(row.state) << ", role "
          << protocol::dsp::role_names.name(side.role);
    }
  }
}

}  // namespace

// Columns: prepare start started suspend resume terminate completed | opened failed finished renewed counted
// callback-failed overdue.

TEST(DataFlowTable, every_event_in_every_state_of_a_consumer_that_pulls) {
  static constexpr Row rows[] = {
      {State::preparing, ". x x x x TERMINATED x PREPARED = x x = = ."},
      {State::prepared, ". x STARTED x x TERMINATED x . = x x = = ."},
      {State::started, "x x . SUSPENDED x TERMINATED COMPLETED . = COMPLETED x = = ."},
      {State::suspended, "x x x . STARTED TERMINATED x . = . x = = ."},
      {State::completed, "x x x x x x . . . . x = = ."},
      {State::terminated, "x x x x x . x . . . x = = ."},
  };
  expect_rows({Role::consumer, Direction::pull}, rows);
}

TEST(DataFlowTable, every_event_in_every_state_of_a_consumer_that_is_pushed_to) {
  static constexpr Row rows[] = {
      {State::preparing, ". x x x x TERMINATED x PREPARED = x x = = ."},
      {State::prepared, ". x STARTED x x TERMINATED x . = x x = = ."},
      {State::started, "x x . SUSPENDED x TERMINATED COMPLETED . = COMPLETED = = = ."},
      {State::suspended, "x x x . STARTED TERMINATED x . = . x = = ."},
      {State::completed, "x x x x x x . . . . x = = ."},
      {State::terminated, "x x x x x . x . . . x = = ."},
  };
  expect_rows({Role::consumer, Direction::push}, rows);
}

TEST(DataFlowTable, every_event_in_every_state_of_a_provider_that_is_pulled_from) {
  static constexpr Row rows[] = {
      {State::starting, "x . x x x TERMINATED x STARTED = x x = = ."},
      {State::started, "x . x SUSPENDED x TERMINATED COMPLETED . = COMPLETED = = = ."},
      {State::suspended, "x x x . STARTED TERMINATED x . = . x = = ."},
      {State::completed, "x x x x x x . . . . x = = ."},
      {State::terminated, "x x x x x . x . . . x = = ."},
  };
  expect_rows({Role::provider, Direction::pull}, rows);
}

TEST(DataFlowTable, every_event_in_every_state_of_a_provider_that_pushes) {
  static constexpr Row rows[] = {
      {State::starting, "x . x x x TERMINATED x STARTED = x x = = ."},
      {State::started, "x . x SUSPENDED x TERMINATED COMPLETED . = COMPLETED x = = ."},
      {State::suspended, "x x x . STARTED TERMINATED x . = . x = = ."},
      {State::completed, "x x x x x x . . . . x = = ."},
      {State::terminated, "x x x x x . x . . . x = = ."},
  };
  expect_rows({Role::provider, Direction::push}, rows);
}

TEST(DataFlowTable, before_prepare_and_start_there_is_nothing) {
  for (const auto& side : all_sides) {
    for (const auto& event : all_events(side)) {
      auto decision = decide(nullptr, event, noon);
      if (event.index() < 2) {
        EXPECT_TRUE(decision);
      } else {
        EXPECT_EQ(decision.error().code, ErrorCode::not_found);
      }
    }
  }
}
