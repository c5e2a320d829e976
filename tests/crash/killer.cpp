#include "killer.hpp"

#include <fmt/format.h>

#include <iostream>

namespace kontor::crash {

using installation::Installation;

namespace {

/// One negotiation takes some 20 ms, a start some 100 ms.
constexpr std::uint64_t working_milliseconds_max = 120;
constexpr std::uint64_t starting_milliseconds_max = 80;

}  // namespace

Killer::Killer(installation::World& world, Availability& availability, std::uint64_t seed)
    : world_(world), availability_(availability), random_(seed) {}

Task<Result<void>> Killer::run(std::size_t times) {
  while (kills_ < times) {
    const auto told = kills_ / 50;
    co_await pause(working_milliseconds_max);
    const auto victims = choose();
    kill_and_start(victims);
    if (random_.below(4) == 0) {
      co_await pause(starting_milliseconds_max);
      kill_and_start(victims);
    }
    for (auto* each : victims) {
      auto ready = co_await await_ready(*each);
      if (!ready) co_return ready;
      availability_.set_up(*each);
    }
    if (kills_ / 50 > told) std::cout << fmt::format("  {} of {} kills\n", kills_, times) << std::flush;
  }
  co_return Result<void>{};
}

Killer::Victims Killer::choose() {
  switch (random_.below(8)) {
    case 0:
      return {&world_.a, &world_.b};
    case 1:
    case 2:
    case 3:
      return {&world_.a};
    default:
      return {&world_.b};
  }
}

void Killer::kill_and_start(const Victims& victims) {
  for (auto* each : victims) {
    availability_.set_down(*each);
    each->kill_runtime();
    ++kills_;
  }
  for (auto* each : victims) each->start_runtime();
}

Task<Result<void>> Killer::await_ready(Installation& home) {
  bool ready = false;
  co_await waiting_.run([&] { ready = home.becomes_ready(); });
  if (!ready) {
    co_return fail(ErrorCode::unavailable, "a process did not start again:\n{}", home.end_of_log());
  }
  co_return Result<void>{};
}

Task<void> Killer::pause(std::uint64_t milliseconds_max) {
  auto& clock = world_.driver.loop().clock();
  const auto microseconds = static_cast<std::int64_t>(random_.below(milliseconds_max * 1000));
  auto waited = co_await clock.wait_until(clock.now() + std::chrono::microseconds(microseconds));
  static_cast<void>(waited);
}

}  // namespace kontor::crash
