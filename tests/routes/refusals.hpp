#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "asking.hpp"
#include "store_watch.hpp"

namespace kontor::routes_test {

/// What is sent and what must come back.
struct Case {
  std::string what;  ///< `a body that is no JSON`
  Request request;
  unsigned status = 0;     ///< 0: any 4xx
  std::string names = {};  ///< a text that the error must hold: the pointer and the rule
};

/// Sends requests that must be refused, and looks at each answer and at the store.
class Refusals {
 public:
  explicit Refusals(World& world) : world_(world), watch_(world.installation()) {}

  /// The answer is a 4xx in time, in the form of the route's API, and nothing in the store or the vault has
  /// changed. Returns it.
  Answer expect(const RouteInfo& route, const Case& each);
  /// Whether anything changed since the last request; told as a failure.
  void expect_unchanged(const std::string& after);

  World& world() { return world_; }
  StoreWatch& watch() { return watch_; }

 private:
  World& world_;
  StoreWatch watch_;
};

/// A suite that runs on every store and changes nothing there.
class OnEveryStore : public ::testing::TestWithParam<Store> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Visits the routes; what is missing to ask one is told as a failure.
  void for_each_route(const std::function<void(const RouteInfo&)>& visit);

  World& world() { return *shared_world(GetParam()); }
  Refusals& refusals() { return *refusals_; }

 private:
  std::unique_ptr<Refusals> refusals_;
};

/// `sqlite` or `postgres`, as the name of a test.
std::string name_of(const ::testing::TestParamInfo<Store>& info);
inline const auto every_store = ::testing::Values(Store::sqlite, Store::postgres);

}  // namespace kontor::routes_test
