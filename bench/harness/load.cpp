#include "harness/load.hpp"

#include "platform/async/scope.hpp"

namespace kontor::bench {

using Steady = std::chrono::steady_clock;

namespace {

struct Run {
  Once once;
  Steady::time_point ends;
  Repeated result = {};
  std::string failure = {};
};

Task<void> go_on(Run& run) {
  while (run.failure.empty() && Steady::now() < run.ends) {
    const auto begin = Steady::now();
    auto failure = co_await run.once();
    if (!failure.empty()) {
      run.failure = std::move(failure);
      co_return;
    }
    run.result.milliseconds.add(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
  }
}

Task<void> side_by_side(installation::Driver& driver, Run& run, std::size_t in_flight) {
  platform::async::Scope scope(driver.loop().executor());
  for (std::size_t i = 0; i < in_flight; ++i) scope.spawn(go_on(run));
  co_await scope.drain();
}

}  // namespace

Repeated repeat(installation::Driver& driver, const Load& load, Once once) {
  const auto begin = Steady::now();
  Run run{std::move(once), begin + std::chrono::duration_cast<Steady::duration>(load.lasts)};
  driver.loop().run(side_by_side(driver, run, load.in_flight));
  if (!run.failure.empty()) throw installation::Failed{run.failure};
  run.result.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  return std::move(run.result);
}

}  // namespace kontor::bench
