#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "testing/postgres/postgres_server.hpp"

namespace {

/// `./dev test --crash N`, else what fits into a run of all tests.
std::string length() {
  const char* wanted = std::getenv("KONTOR_CRASHES");
  return wanted ? std::string(" --kills ") + wanted : " --kills 30 --seed 7";
}

/// The exit code of the crash program on a store; its output goes to this test's.
int survive(const std::string& store) {
  return std::system((std::string(KONTOR_IDENTITY_CRASH) + " --store " + store + length()).c_str());
}

}  // namespace

TEST(IdentityCrashOnSqlite, no_credential_no_used_token_and_no_step_of_a_rotation_is_lost) {
  EXPECT_EQ(survive("sqlite"), 0);
}

TEST(IdentityCrashOnPostgres, no_credential_no_used_token_and_no_step_of_a_rotation_is_lost) {
  if (auto why = kontor::testing::PostgresServer::missing()) GTEST_SKIP() << *why;
  EXPECT_EQ(survive("postgres"), 0);
}
