#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "testing/postgres/postgres_server.hpp"

namespace {

/// `./dev test --crash N`, else what fits into a run of all tests.
std::string kills() {
  const char* wanted = std::getenv("KONTOR_CRASHES");
  return wanted ? wanted : "15";
}

/// The exit code of the crash program on a store; its output goes to this test's.
int survive(const std::string& store) {
  return std::system(
      (std::string(KONTOR_DATA_PLANES_CRASH) + " --store " + store + " --kills " + kills()).c_str());
}

}  // namespace

TEST(DataPlaneCrashOnSqlite, no_token_outlives_its_flow_what_is_counted_came_and_what_was_pushed_is_whole) {
  EXPECT_EQ(survive("sqlite"), 0);
}

TEST(DataPlaneCrashOnPostgres, no_token_outlives_its_flow_what_is_counted_came_and_what_was_pushed_is_whole) {
  if (auto why = kontor::testing::PostgresServer::missing()) GTEST_SKIP() << *why;
  EXPECT_EQ(survive("postgres"), 0);
}
