#include <gtest/gtest.h>

#include <sstream>

#include "domain/orchestration/orchestration_fixture.hpp"
#include "domain/orchestration/view.hpp"

using namespace kontor;
using namespace kontor::domain::orchestration;
using namespace kontor::domain::orchestration::testing;

namespace {

/// Every event, about activity `a`, in the order of the table's columns.
std::vector<Event> all_events() {
  return {order_of({activity("a"), activity("b")}),
          done("a"),
          broken("a"),
          ActivityWaiting{ActivityId("a"), {}, {}, ""},
          RetryOrdered{},
          SkipOrdered{ActivityId("a"), "by hand"},
          CancelOrdered{"no"},
          CompensationOrdered{},
          DeadlineDue{}};
}

/// `a` and `b` side by side; `b` runs on unless the orchestration is completed.
Orchestration orchestration_in(std::string_view situation) {
  const auto running = ordered({activity("a"), activity("b")}, on_order).next;
  if (situation == "running") return running;
  if (situation == "a-waits") return step(running, ActivityWaiting{ActivityId("a"), {}, {}, ""}).next;
  if (situation == "a-retries") return step(running, broken("a", true)).next;
  if (situation == "a-complete") return step(running, done("a")).next;
  if (situation == "completed") return step(step(running, done("a")).next, done("b")).next;
  if (situation == "cancelled") return step(running, CancelOrdered{"no"}).next;
  const auto errored = step(running, broken("a")).next;
  if (situation == "errored") return errored;
  return step(step(errored, done("b")).next, CompensationOrdered{}).next;  // compensated
}

/// `x` refused, `.` nothing changes, `=` changes in the same state, otherwise the state it moves to.
std::string outcome(const Orchestration& orchestration, const Event& event) {
  auto decision = decide(&orchestration, event, noon);
  if (!decision) return "x";
  if (decision->happened.empty()) {
    EXPECT_EQ(decision->next, orchestration);
    EXPECT_TRUE(decision->effects.empty());
    return ".";
  }
  return decision->next.state == orchestration.state ? "=" : std::string(state_name(decision->next.state));
}

struct Row {
  const char* situation;
  const char* outcomes;
};

}  // namespace

TEST(OrchestrationTable, every_event_in_every_situation) {
  // ordered completed failed waiting retry skip cancel compensate due
  static constexpr Row rows[] = {
      {"running", ". = errored = x = cancelled x ."},
      {"a-waits", ". = errored = x = cancelled x ."},
      {"a-retries", ". = . . x = cancelled x ."},
      {"a-complete", ". . . . x x cancelled x ."},
      {"errored", ". running . . running running cancelled = ."},
      {"compensated", ". = . . x x x . ."},
      {"cancelled", ". = = = x x . = ."},
      {"completed", ". . . . x x x x ."},
  };
  for (const auto& row : rows) {
    const auto orchestration = orchestration_in(row.situation);
    std::istringstream expected(row.outcomes);
    const auto events = all_events();
    ASSERT_EQ(events.size(), std::variant_size_v<Event>);
    for (std::size_t i = 0; i < events.size(); ++i) {
      ASSERT_EQ(events[i].index(), i) << "the columns follow the order of the variant";
      std::string want;
      ASSERT_TRUE(expected >> want) << "a pair of situation and event is not listed";
      EXPECT_EQ(outcome(orchestration, events[i]), want) << "event " << i << ", " << row.situation;
    }
  }
}
