#include <gtest/gtest.h>

#include <cstdlib>

#include "testing/postgres/postgres_server.hpp"

namespace {

/// The exit code of the journey program on a store; its output goes to this test's.
int walk(const std::string& store) {
  return std::system((std::string(KONTOR_JOURNEY) + " --store " + store).c_str());
}

}  // namespace

TEST(JourneyOnSqlite, every_step_is_verified) {
  EXPECT_EQ(walk("sqlite"), 0);
}

TEST(JourneyOnPostgres, every_step_is_verified) {
  if (auto why = kontor::testing::PostgresServer::missing()) GTEST_SKIP() << *why;
  EXPECT_EQ(walk("postgres"), 0);
}
