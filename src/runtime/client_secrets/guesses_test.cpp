#include "runtime/client_secrets/guesses.hpp"

#include <gtest/gtest.h>

#include "testing/async/run.hpp"

namespace kontor::runtime::client_secrets {
namespace {

using namespace std::chrono_literals;
using kontor::testing::VirtualLoop;

struct GuessesTest : ::testing::Test {
  void guess(int times, const Guesses::Place& place) {
    for (int i = 0; i < times; ++i) guesses.wrong(place);
  }
  bool may(const Guesses::Place& place) {
    const auto checked = guesses.check(place);
    if (!checked) EXPECT_EQ(checked.error().code, ErrorCode::too_many_requests);
    return checked.has_value();
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  Guesses guesses{loop.clock()};
  Guesses::Place stranger{"acme", "192.0.2.66"};
  Guesses::Place acme{"acme", "192.0.2.1"};
};

}  // namespace

TEST_F(GuessesTest, ten_guesses_are_free_and_each_further_one_doubles_the_pause) {
  guess(9, stranger);
  EXPECT_TRUE(may(stranger));
  for (const auto pause : {1s, 2s, 4s, 8s}) {
    guess(1, stranger);
    loop.clock().advance(pause - 1ms);
    EXPECT_FALSE(may(stranger)) << pause.count();
    loop.clock().advance(1ms);
    EXPECT_TRUE(may(stranger)) << pause.count();
  }
  guess(100, stranger);
  loop.clock().advance(5min - 1ms);
  EXPECT_FALSE(may(stranger));
  loop.clock().advance(1ms);
  EXPECT_TRUE(may(stranger)) << "five minutes at most";
}

TEST_F(GuessesTest, guesses_from_afar_shut_nobody_out) {
  guess(1000, stranger);
  EXPECT_FALSE(may(stranger));
  EXPECT_TRUE(may(acme));
  EXPECT_TRUE(may({"globex", stranger.address}));
}

TEST_F(GuessesTest, a_right_secret_or_an_hour_is_a_new_beginning) {
  guess(9, acme);
  guesses.right(acme);
  guess(9, acme);
  EXPECT_TRUE(may(acme));
  loop.clock().advance(1h);
  guess(9, acme);
  EXPECT_TRUE(may(acme));
  guess(1, acme);
  EXPECT_FALSE(may(acme));
}

TEST_F(GuessesTest, strangers_fill_nothing) {
  guess(10, stranger);
  for (int i = 0; i < 20'000; ++i) guesses.wrong({"client-" + std::to_string(i), stranger.address});
  EXPECT_TRUE(may(stranger)) << "the oldest are forgotten";
}

}  // namespace kontor::runtime::client_secrets
