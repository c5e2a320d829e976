#include "runtime/client_secrets/client_secrets.hpp"

#include <gtest/gtest.h>

#include "testing/async/run.hpp"
#include "testing/loopback/loopback_server.hpp"

namespace kontor::runtime::client_secrets {
namespace {

using kontor::testing::run_together;
using kontor::testing::VirtualLoop;

struct Secrets : ::testing::Test {
  bool matches(const std::string& secret, const std::string& hash) {
    return loop.run(secrets.matches({"acme", secret}, hash)).value();
  }
  std::string hash_of(const char* secret) { return loop.run(secrets.hash(crypto::Secret(secret))); }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  ClientSecrets secrets{loop.random(), 0};
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
  ClientSecrets threaded(loop.random(), 1);
  const auto hash = hash_of("right");
  std::vector<Task<Result<bool>>> checks;
  for (int i = 0; i < 30; ++i) checks.push_back(threaded.matches({"acme", std::to_string(i)}, hash));
  checks.push_back(threaded.matches({"other", "right"}, hash));
  const auto results = run_together(loop, std::move(checks));
  std::size_t held_off = 0;
  for (const auto& each : results) {
    if (!each && each.error().code == ErrorCode::too_many_requests) ++held_off;
  }
  EXPECT_EQ(held_off, 22u);
  EXPECT_TRUE(results.back().value());
}

}  // namespace kontor::runtime::client_secrets
