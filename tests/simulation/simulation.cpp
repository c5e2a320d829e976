#include "simulation.hpp"

#include <fmt/format.h>

#include "checks.hpp"
#include "scenario.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::simulation {

using namespace std::chrono_literals;

namespace {

constexpr Duration rest_max = 2h;
constexpr unsigned lies = 30;  ///< of a thousand commits
constexpr Duration look_interval = 5s;

/// One run from its seed to its report.
class Run {
 public:
  Run(testing::VirtualLoop& loop, const Options& options)
      : options_(options),
        journal_(loop.clock(), options.verbose),
        network_(loop.executor(), loop.clock(), journal_, options.seed ^ 0x4e7),
        faults_(draw(options)),
        world_{.executor = loop.executor(),
               .clock = loop.clock(),
               .journal = journal_,
               .network = network_,
               .faults = faults_,
               .folder = folder_.path(),
               .seed = options.seed},
        scope_(loop.executor()),
        a_(world_, {.name = "a", .issuer_did = "did:web:a.example:issuer"}),
        b_(world_, {.name = "b",
                    .issuer_did = "did:web:a.example:issuer",
                    .issuer_administration = a_.administration_url()}),
        scenario_(world_, a_, b_, options.negotiations) {}

  Task<Report> run() {
    const auto began = world_.clock.now();
    network_.suffer(faults_);
    scope_.spawn(a_.run());
    scope_.spawn(b_.run());
    co_await keep_failures(scenario_.run());
    network_.heal();
    faults_ = {};
    a_.spare();
    b_.spare();
    if (failures_.empty()) co_await keep_failures(come_to_rest());
    if (failures_.empty()) co_await keep_failures(check());
    a_.stop();
    b_.stop();
    co_await scope_.drain();
    co_await scope_.close();
    const auto took = std::chrono::duration<double>(world_.clock.now() - began).count();
    co_return Report{.hash = journal_.hash(),
                     .failures = failures_,
                     .last = {journal_.last().begin(), journal_.last().end()},
                     .events = journal_.events(),
                     .messages = network_.messages(),
                     .crashes = a_.crashes() + b_.crashes(),
                     .virtual_seconds = took};
  }

 private:
  static Faults draw(const Options& options) {
    SeededRandom random(options.seed ^ 0xfa17);
    auto faults = Faults::draw(random);
    if (options.lying_disk) faults.lost_commit = lies;
    return faults;
  }

  Task<void> keep_failures(Task<void> task) {
    try {
      co_await std::move(task);
    } catch (const Failed& failed) {
      journal_.note("run", "failed: " + failed.why);
      failures_.push_back(failed.why);
    }
  }

  /// Until no installation has anything left to do.
  Task<void> come_to_rest() {
    const auto give_up = world_.clock.now() + rest_max;
    std::string left = "an installation is down";
    while (world_.clock.now() < give_up) {
      auto waited = co_await world_.clock.wait_until(world_.clock.now() + look_interval);
      verify(waited.has_value(), "the run was broken off");
      if (!a_.up() || !b_.up()) continue;
      left = co_await unfinished(a_);
      if (left.empty()) left = co_await unfinished(b_);
      if (left.empty()) co_return;
    }
    throw Failed{"the installations do not come to rest: " + left};
  }

  Task<void> check() {
    failures_ = co_await broken_invariants(a_, b_, scenario_);
    for (const auto& each : failures_) journal_.note("run", "broken: " + each);
  }

  Options options_;
  testing::TemporaryFolder folder_;
  Journal journal_;
  Network network_;
  Faults faults_;
  World world_;
  async::Scope scope_;
  Installation a_;
  Installation b_;
  Scenario scenario_;
  std::vector<std::string> failures_;
};

}  // namespace

Report simulate(const Options& options) {
  testing::VirtualLoop loop;
  Run run(loop, options);
  return loop.run(run.run());
}

}  // namespace kontor::simulation
