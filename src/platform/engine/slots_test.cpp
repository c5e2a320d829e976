#include "platform/engine/internal/slots.hpp"

#include <gtest/gtest.h>

#include "platform/async/scope.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::engine {
namespace {

class SlotsTest : public ::testing::Test {
 protected:
  Task<void> ask(int who) {
    const bool taken = co_await slots.take();
    (taken ? served : turned_away).push_back(who);
  }
  void let_run() { loop.run(loop.turn()); }
  void queue(int first, int last) {
    for (int who = first; who <= last; ++who) scope.spawn(ask(who));
    let_run();
  }
  ~SlotsTest() override { loop.run(scope.close()); }

  kontor::testing::VirtualLoop loop;
  async::Scope scope{loop.executor()};
  Slots slots{loop.executor(), 2};
  std::vector<int> served;
  std::vector<int> turned_away;
};

using Order = std::vector<int>;

}  // namespace

TEST_F(SlotsTest, no_more_hold_one_than_there_are) {
  queue(1, 5);
  EXPECT_EQ(served, (Order{1, 2}));
  EXPECT_EQ(slots.held(), 2u);
}

TEST_F(SlotsTest, what_is_given_back_goes_to_who_waited_longest_and_to_nobody_else) {
  queue(1, 5);
  slots.give_back();
  let_run();
  EXPECT_EQ(served, (Order{1, 2, 3}));
  slots.give_back();
  slots.give_back();
  let_run();
  EXPECT_EQ(served, (Order{1, 2, 3, 4, 5}));
}

TEST_F(SlotsTest, when_nobody_waits_it_is_free) {
  queue(1, 2);
  slots.give_back();
  slots.give_back();
  EXPECT_EQ(slots.held(), 0u);
  queue(3, 4);
  EXPECT_EQ(served, (Order{1, 2, 3, 4}));
}

TEST_F(SlotsTest, nobody_comes_before_those_who_wait) {
  queue(1, 3);
  slots.give_back();
  queue(4, 4);
  EXPECT_EQ(served, (Order{1, 2, 3}));
}

TEST_F(SlotsTest, who_waits_when_its_scope_closes_gets_none_and_stands_in_nobodys_way) {
  queue(1, 3);
  loop.run(scope.close());
  EXPECT_EQ(turned_away, (Order{3}));
  slots.give_back();
  EXPECT_EQ(slots.held(), 1u);
}

}  // namespace kontor::platform::engine
