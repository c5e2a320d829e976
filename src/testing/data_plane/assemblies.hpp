#pragma once

#include <functional>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "platform/assembly/assembly.hpp"

namespace kontor::testing {

/// Assemblies of the product over services that a test has made, each added with its configuration as a
/// value. What one requires was given or added before it. They go away dependents first.
class Assemblies {
 public:
  Assemblies() = default;
  Assemblies(const Assemblies&) = delete;
  Assemblies& operator=(const Assemblies&) = delete;
  ~Assemblies() { clear(); }

  /// A service of the test's own, which outlives what is added.
  template <class T>
  Assemblies& give(T& service) {
    services_.put(service);
    return *this;
  }

  template <class A>
  void add(const typename A::Config& config = {}) {
    auto built = std::make_shared<platform::assembly::Built<typename A::Provides>>(
        A::build(pick<typename A::Requires>(), config).value());
    std::apply([this](auto&... each) { (services_.put(*each), ...); }, *built);
    Member member{.owned = std::move(built), .start = {}};
    if constexpr (requires { &A::start; })
      member.start = [provided = pick<typename A::Provides>()] { return A::start(provided); };
    members_.push_back(std::move(member));
  }

  template <class T>
  T& get() const {
    return pick<platform::assembly::Services<T>>().template get<T>();
  }

  /// In the order in which they were added.
  Task<Result<void>> start() {
    for (const auto& member : members_) {
      if (!member.start) continue;
      auto started = co_await member.start();
      if (!started) co_return started;
    }
    co_return Result<void>{};
  }

  void clear() {
    while (!members_.empty()) members_.pop_back();
  }

 private:
  struct Member {
    std::shared_ptr<void> owned;
    std::function<Task<Result<void>>()> start;
  };

  template <class S>
  S pick() const {
    return services_.pick(std::type_identity<S>{});
  }

  platform::assembly::ServiceTable services_;
  std::vector<Member> members_;
};

}  // namespace kontor::testing
