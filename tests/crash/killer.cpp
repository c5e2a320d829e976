#include "killer.hpp"

namespace kontor::crash {

using installation::Installation;

namespace {

/// A start takes some 100 ms.
constexpr auto starting_max = std::chrono::milliseconds(80);

}  // namespace

Killer::Killer(installation::World& world, Availability& availability, std::uint64_t seed)
    : world_(world), availability_(availability), random_(seed) {}

Task<Result<void>> Killer::run(Plan& plan) {
  for (;;) {
    const auto victims = co_await plan.next();
    if (victims.empty()) break;
    kill_and_start(victims);
    if (random_.below(4) == 0) {
      co_await pause(world_.driver.loop().clock(), random_, starting_max);
      kill_and_start(victims);
    }
    for (const auto& each : victims) {
      auto ready = co_await await_ready(*each.home);
      if (!ready) co_return ready;
      availability_.set_up(*each.home, each.replica);
    }
  }
  co_return Result<void>{};
}

std::size_t Killer::kills() const {
  return kills(world_.a) + kills(world_.b);
}

std::size_t Killer::kills(const Installation& home) const {
  const auto found = kills_.find(&home);
  return found == kills_.end() ? 0 : found->second;
}

void Killer::kill_and_start(const Victims& victims) {
  for (const auto& each : victims) {
    availability_.set_down(*each.home, each.replica);
    each.home->kill_runtime(each.replica);
    ++kills_[each.home];
  }
  for (const auto& each : victims) each.home->start_runtime(each.replica);
}

Task<Result<void>> Killer::await_ready(Installation& home) {
  bool ready = false;
  co_await waiting_.run([&] { ready = home.becomes_ready(); });
  if (!ready) {
    co_return fail(ErrorCode::unavailable, "a process did not start again:\n{}", home.end_of_log());
  }
  co_return Result<void>{};
}

Task<void> pause(platform::async::Clock& clock, testing::SeededRandom& random, Duration longest) {
  const auto drawn = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(longest.count())));
  auto waited = co_await clock.wait_until(clock.now() + Duration(drawn));
  static_cast<void>(waited);
}

}  // namespace kontor::crash
