#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "testing/postgres/postgres_server.hpp"

namespace {

/// `./dev test --storm N` for as long as is asked for, with another seed each time; else what fits into a run
/// of all tests.
std::string length() {
  const char* wanted = std::getenv("KONTOR_STORM_NEGOTIATIONS");
  return wanted ? std::string(" --negotiations ") + wanted : " --negotiations 60 --kills 2 --seed 7";
}

/// The exit code of the storm program on a store; its output goes to this test's.
int survive(const std::string& store) {
  return std::system((std::string(KONTOR_STORM) + " --store " + store + length()).c_str());
}

}  // namespace

TEST(StormOnSqlite, every_negotiation_ends_as_it_should_once_and_alike_on_both_sides) {
  EXPECT_EQ(survive("sqlite"), 0);
}

TEST(StormOnPostgres, every_negotiation_ends_as_it_should_while_replicas_are_killed) {
  if (auto why = kontor::testing::PostgresServer::missing()) GTEST_SKIP() << *why;
  EXPECT_EQ(survive("postgres"), 0);
}
