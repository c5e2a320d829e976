#include "runtime/client_secrets/client_secrets.hpp"

#include <gtest/gtest.h>

#include "testing/async/run.hpp"
#include "testing/loopback/loopback_server.hpp"

namespace kontor::runtime::client_secrets {
namespace {

using namespace std::chrono_literals;
using kontor::testing::run_together;
using kontor::testing::VirtualLoop;

struct Secrets : ::testing::Test {
  bool matches(const std::string& secret, const std::string& hash) {
    return matches(secret, KeptSecrets{hash, {}});
  }
  bool matches(const std::string& secret, KeptSecrets kept) {
    return loop.run(secrets.matches({"acme", secret, "192.0.2.1"}, std::move(kept))).value();
  }
  std::string hash_of(const char* secret) { return loop.run(secrets.hash(crypto::Secret(secret))); }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  ClientSecrets secrets{loop.random(), loop.clock(), 0};
};

}  // namespace

TEST_F(Secrets, a_secret_matches_what_was_made_of_it_and_nothing_else) {
  const auto hash = hash_of("right");
  EXPECT_TRUE(matches("right", hash));
  EXPECT_TRUE(matches("right", hash)) << "known by now";
  EXPECT_FALSE(matches("wrong", hash));
  EXPECT_FALSE(matches("right", hash_of("another"))) << "what is known is known of the hash before";
  EXPECT_NE(hash, hash_of("right")) << "each has a salt of its own";
}

TEST_F(Secrets, a_secret_that_was_replaced_is_good_for_as_long_as_was_said) {
  const KeptSecrets first{hash_of("first"), {}};
  const auto kept = loop.run(secrets.replace(first, crypto::Secret("second"), 10min)).value();
  for (const char* good : {"first", "second", "first"}) EXPECT_TRUE(matches(good, kept)) << good;
  loop.clock().advance(10min);
  EXPECT_FALSE(matches("first", kept)) << "though it is known";
  EXPECT_TRUE(matches("second", kept));
  const auto at_once = loop.run(secrets.replace(kept, crypto::Secret("third"), Duration{0})).value();
  EXPECT_FALSE(matches("second", at_once));
}

TEST_F(Secrets, the_same_secret_set_again_ends_nothing) {
  const KeptSecrets first{hash_of("first"), {}};
  const auto kept = loop.run(secrets.replace(first, crypto::Secret("second"), 10min)).value();
  const auto again = loop.run(secrets.replace(kept, crypto::Secret("second"), Duration{0})).value();
  EXPECT_EQ(again.current, kept.current);
  EXPECT_TRUE(matches("first", again));
}

TEST_F(Secrets, who_guesses_is_held_up_and_a_secret_that_is_known_is_not) {
  const auto hash = hash_of("right");
  EXPECT_TRUE(matches("right", hash));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(matches(std::to_string(i), hash));
  const auto held_up = loop.run(secrets.matches({"acme", "eleventh", "192.0.2.1"}, {hash, {}}));
  ASSERT_FALSE(held_up);
  EXPECT_EQ(held_up.error().code, ErrorCode::too_many_requests);
  EXPECT_TRUE(matches("right", hash));
  EXPECT_TRUE(loop.run(secrets.matches({"acme", "right", "192.0.2.2"}, {hash, {}})).value());
}

TEST_F(Secrets, an_overlap_has_its_bounds) {
  EXPECT_EQ(check_overlap(0).value(), Duration{0});
  EXPECT_EQ(check_overlap(2'592'000).value(), overlap_max);
  for (const std::int64_t other : {std::int64_t{-1}, std::int64_t{2'592'001}, INT64_MIN, INT64_MAX})
    EXPECT_FALSE(check_overlap(other)) << other;
}

TEST_F(Secrets, nothing_matches_where_there_is_no_client) {
  EXPECT_FALSE(matches("nobody", ""));
  EXPECT_FALSE(matches("", ""));
}

TEST_F(Secrets, what_is_longer_than_a_secret_may_be_is_not_hashed) {
  const std::string longest(credential_bytes_max, 'x');
  EXPECT_TRUE(matches(longest, hash_of(longest.c_str())));
  const std::string longer(credential_bytes_max + 1, 'x');
  EXPECT_FALSE(matches(longer, hash_of(longer.c_str())));
}

TEST_F(Secrets, a_secret_that_is_chosen_is_long_enough_not_to_be_guessed) {
  EXPECT_FALSE(check_chosen(crypto::Secret(std::string(31, 'x'))));
  EXPECT_TRUE(check_chosen(crypto::Secret(std::string(32, 'x'))));
  EXPECT_TRUE(check_chosen(crypto::Secret(std::string(1024, 'x'))));
  EXPECT_FALSE(check_chosen(crypto::Secret(std::string(1025, 'x'))));
}

TEST_F(Secrets, a_secret_serves_one_grant) {
  EXPECT_TRUE(check_grant("client_credentials"));
  for (const char* other : {"password", "", "urn:ietf:params:oauth:grant-type:token-exchange"}) {
    const auto refused = check_grant(other);
    ASSERT_FALSE(refused) << other;
    EXPECT_EQ(refused.error().pointer, "/grant_type");
  }
}

TEST_F(Secrets, guesses_at_one_client_leave_room_for_the_others) {
  ClientSecrets threaded(loop.random(), loop.clock(), 1);
  const auto hash = hash_of("right");
  std::vector<Task<Result<bool>>> checks;
  for (int i = 0; i < 30; ++i)
    checks.push_back(threaded.matches({"acme", std::to_string(i), "192.0.2.1"}, {hash, {}}));
  checks.push_back(threaded.matches({"other", "right", "192.0.2.1"}, {hash, {}}));
  const auto results = run_together(loop, std::move(checks));
  std::size_t held_off = 0;
  for (const auto& each : results) {
    if (!each && each.error().code == ErrorCode::too_many_requests) ++held_off;
  }
  EXPECT_EQ(held_off, 22u);
  EXPECT_TRUE(results.back().value());
}

}  // namespace kontor::runtime::client_secrets
