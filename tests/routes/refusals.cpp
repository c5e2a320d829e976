#include "refusals.hpp"

#include <fmt/format.h>

namespace kontor::routes_test {

Answer Refusals::expect(const RouteInfo& route, const Case& each) {
  auto answer = world_.installation().send(each.request);
  const auto story =
      fmt::format("{} with {}: {} {} was answered {} {}", route.name, each.what, each.request.method,
                  each.request.target, answer.status, answer.body.substr(0, 300));
  if (each.status != 0) {
    EXPECT_EQ(answer.status, each.status) << story;
  } else {
    EXPECT_TRUE(answer.status >= 400 && answer.status < 500) << story;
  }
  if (answer.status >= 400 && each.request.method != "HEAD") {
    const auto problem = form_problem(route.errors, answer);
    EXPECT_EQ(problem, "") << "the error " << problem << ": " << story;
    EXPECT_TRUE(answer.body.contains(each.names))
        << "the error does not name " << each.names << ": " << story;
  }
  if (answer.status == 401) {
    EXPECT_TRUE(answer.headers.get("WWW-Authenticate")) << story;
  }
  expect_unchanged(story);
  return answer;
}

void Refusals::expect_unchanged(const std::string& after) {
  for (const auto& table : watch_.changes()) ADD_FAILURE() << table << " changed after " << after;
}

void OnEveryStore::SetUp() {
  if (!shared_world(GetParam())) GTEST_SKIP() << *testing::PostgresServer::missing();
  refusals_ = std::make_unique<Refusals>(world());
}

void OnEveryStore::TearDown() {
  if (refusals_) refusals_->expect_unchanged("the last request");
}

void OnEveryStore::for_each_route(const std::function<void(const RouteInfo&)>& visit) {
  for (const auto* route : world().installation().routes()) {
    try {
      visit(*route);
    } catch (const Unprepared& why) {
      ADD_FAILURE() << why.what();
    }
  }
}

std::string name_of(const ::testing::TestParamInfo<Store>& info) {
  return info.param == Store::sqlite ? "sqlite" : "postgres";
}

}  // namespace kontor::routes_test
