#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "testing/postgres/postgres_server.hpp"

namespace {

/// `./dev test --crash N`, else what fits into a run of all tests.
std::string kills() {
  const char* wanted = std::getenv("KONTOR_CRASHES");
  return wanted ? wanted : "120";
}

/// The exit code of the crash program on a store; its output goes to this test's.
int survive(const std::string& store) {
  return std::system((std::string(KONTOR_CRASH) + " --store " + store + " --kills " + kills()).c_str());
}

}  // namespace

TEST(CrashOnSqlite, what_was_acknowledged_is_there_nothing_is_half_done_and_both_sides_agree) {
  EXPECT_EQ(survive("sqlite"), 0);
}

TEST(CrashOnPostgres, what_was_acknowledged_is_there_nothing_is_half_done_and_both_sides_agree) {
  if (auto why = kontor::testing::PostgresServer::missing()) GTEST_SKIP() << *why;
  EXPECT_EQ(survive("postgres"), 0);
}
