#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "testing/postgres/postgres_server.hpp"

namespace {

/// `./dev test --turnover N` for as long as is asked for, with another seed each time; else what fits into a
/// run of all tests.
std::string length() {
  const char* wanted = std::getenv("KONTOR_TURNOVERS");
  return wanted ? std::string(" --times ") + wanted : " --times 2 --seed 7";
}

/// The exit code of the turnover program on a store; its output goes to this test's.
int survive(const std::string& store) {
  return std::system((std::string(KONTOR_TURNOVER) + " --store " + store + length()).c_str());
}

}  // namespace

TEST(TurnoverOnSqlite, who_holds_a_valid_credential_is_never_refused_and_who_holds_none_gets_nothing) {
  EXPECT_EQ(survive("sqlite"), 0);
}

TEST(TurnoverOnPostgres, who_holds_a_valid_credential_is_never_refused_and_who_holds_none_gets_nothing) {
  if (auto why = kontor::testing::PostgresServer::missing()) GTEST_SKIP() << *why;
  EXPECT_EQ(survive("postgres"), 0);
}
