#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "app/arguments/syntax.hpp"
#include "killer.hpp"
#include "traffic.hpp"
#include "verdict.hpp"

namespace kontor::crash {
namespace {

struct Options {
  std::filesystem::path program;
  std::string store = "sqlite";
  std::size_t kills = 100;
  std::uint64_t seed = 0;
  std::size_t workers = 24;
};

/// One negotiation takes some 20 ms.
constexpr auto working_max = std::chrono::milliseconds(120);

/// One installation or both, at random instants.
class AnyMoment : public Plan {
 public:
  AnyMoment(installation::World& world, const Killer& killer, const Options& options)
      : world_(world), killer_(killer), random_(options.seed), times_(options.kills) {}

  Task<Victims> next() override {
    tell();
    if (killer_.kills() >= times_) co_return Victims{};
    co_await pause(world_.driver.loop().clock(), random_, working_max);
    co_return choose();
  }

 private:
  Victims choose() {
    switch (random_.below(8)) {
      case 0:
        return {{&world_.a}, {&world_.b}};
      case 1:
      case 2:
      case 3:
        return {{&world_.a}};
      default:
        return {{&world_.b}};
    }
  }

  void tell() {
    if (killer_.kills() / 50 > told_)
      std::cout << fmt::format("  {} of {} kills\n", killer_.kills(), times_) << std::flush;
    told_ = killer_.kills() / 50;
  }

  installation::World& world_;
  const Killer& killer_;
  testing::SeededRandom random_;
  std::size_t times_;
  std::size_t told_ = 0;
};

/// Two companies that may have Acme's open data.
void onboard(installation::World& world) {
  installation::start(world);
  installation::set_up_governance(world);
  installation::onboard(world, "acme", world.a);
  installation::onboard(world, "globex", world.b);
  installation::onboard(world, "initech", world.b);
  installation::publish(world, "acme", {dataset, "tzdata.zi"});
}

void print(const Options& options, const Killer& killer, const Ledger& ledger, const Verdict& verdict) {
  std::cout << fmt::format(
      "killed {} times on {}, seed {}\n"
      "acknowledged: {} negotiations, {} transfers, {} ends of transfers; {} requests without an answer\n"
      "found: {} negotiations, {} FINALIZED, {} TERMINATED with a reason; {} transfers, {} of them running\n",
      killer.kills(), options.store, options.seed, ledger.negotiations.size(), ledger.transfers.size(),
      ledger.terminated.size(), ledger.unanswered, verdict.negotiations, verdict.finalized,
      verdict.terminated, verdict.transfers, verdict.transfers_running);
  for (const auto& each : ledger.problems) std::cout << "PROBLEM   " << each << "\n";
  for (const auto& each : verdict.violations) std::cout << "VIOLATION " << each << "\n";
}

/// Nothing happened that a crash does not explain, and enough happened to say so.
bool well(const Ledger& ledger, const Verdict& verdict) {
  return ledger.problems.empty() && verdict.violations.empty() && verdict.finalized > 0 &&
         verdict.transfers_running > 0 && !ledger.terminated.empty();
}

bool run(const Options& options) {
  std::cout << fmt::format("seed {}\n", options.seed);
  installation::Dataspace dataspace({.program = options.program, .on_postgres = options.store == "postgres"});
  auto& world = dataspace.world();
  std::cout << "data and logs: " << dataspace.folder().string() << "\n";
  onboard(world);
  auto& loop = world.driver.loop();
  Availability availability(loop);
  Ledger ledger;
  Verdict verdict;
  Killer killer(world, availability, options.seed);
  {
    Traffic traffic(world, availability, ledger, installation::catalog_of(world, "globex").at(dataset));
    traffic.start(options.workers);
    AnyMoment plan(world, killer, options);
    auto killed = loop.run(killer.run(plan));
    if (!killed) ledger.problems.push_back(killed.error().message());
    loop.run(killed ? traffic.finish() : traffic.stop());
    if (killed) judge_negotiations(world, ledger, verdict);
    if (killed) judge_transfers(world, ledger, verdict);
    if (killed) judge_stores(dataspace, Rest::complete, verdict);
  }
  print(options, killer, ledger, verdict);
  if (!well(ledger, verdict)) return false;
  dataspace.forget();
  return true;
}

}  // namespace
}  // namespace kontor::crash

int main(int count, char** arguments) {
  kontor::crash::Options options;
  options.program = std::filesystem::canonical("/proc/self/exe").parent_path() / "../../kontor";
  options.seed = std::random_device()();
  kontor::app::arguments::Syntax line(
      {.text = "Kills two installations at random instants while their companies negotiate and transfer; "
               "afterwards nothing acknowledged is missing, nothing is half-done and both sides agree."});
  line.option(options.program, {.name = "--kontor", .meaning = "the program"});
  line.option(
      options.store,
      {.name = "--store", .meaning = "sqlite or postgres, both durable", .one_of = {"sqlite", "postgres"}});
  line.option(options.kills, {.name = "--kills", .meaning = "how often a process is killed"});
  line.option(options.seed, {.name = "--seed", .meaning = "who is killed and when"});
  line.option(options.workers, {.name = "--workers", .meaning = "negotiations side by side"});
  if (const auto code = line.read(count, arguments)) return *code;
  try {
    return kontor::crash::run(options) ? 0 : 1;
  } catch (const kontor::installation::Failed& failure) {
    std::cout << "the crash test could not begin or end: " << failure.why << "\n";
    return 1;
  }
}
