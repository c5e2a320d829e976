#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "app/arguments/syntax.hpp"
#include "crash/verdict.hpp"
#include "installation/dataspace.hpp"
#include "network.hpp"
#include "plans.hpp"

namespace kontor::storm {
namespace {

constexpr Faults storm{.duplicated = 200,
                       .delayed = 200,
                       .lost = 50,
                       .delay_max = std::chrono::milliseconds(600),
                       .silence = std::chrono::seconds(3)};

struct Options {
  std::filesystem::path program;
  std::string store = "sqlite";
  std::size_t negotiations = 1000;
  std::size_t kills = 10;
  std::size_t workers = 32;
  std::uint64_t seed = 0;

  bool on_postgres() const { return store == "postgres"; }
};

/// What was found when it was over.
struct Outcome {
  crash::Verdict verdict;
  crash::Records negotiations;
};

/// Two companies that may have Acme's data because of what their credentials say.
void onboard(installation::World& world) {
  installation::start(world);
  installation::set_up_governance(world);
  installation::onboard(world, "acme", world.a);
  for (const char* name : {"globex", "initech"}) installation::onboard(world, name, world.b);
  installation::publish(
      world, "acme",
      {.asset = dataset,
       .file = "tzdata.zi",
       .constraint = R"({"leftOperand":"RegisteredCredential","operator":"eq","rightOperand":"active"})"});
}

/// Nothing is terminated but what the script terminated, and that is.
void judge_endings(const Endings& endings, Outcome& outcome) {
  auto& violations = outcome.verdict.violations;
  for (const auto& [id, record] : outcome.negotiations) {
    if (record.state != "TERMINATED" || endings.acknowledged.contains(id) || endings.unanswered.contains(id))
      continue;
    violations.push_back("negotiation " + id + " was terminated by nobody: " + record.error);
  }
  for (const auto& id : endings.acknowledged) {
    const auto found = outcome.negotiations.find(id);
    if (found != outcome.negotiations.end() && found->second.state != "TERMINATED")
      violations.push_back("the end of negotiation " + id + " was acknowledged, it is " +
                           found->second.state);
  }
}

/// The traffic of the storm, and the kills in it. False: somebody did not start again.
bool rage(const Options& options, installation::World& world, crash::Killer& killer, Script& script,
          Ledger& ledger) {
  auto& loop = world.driver.loop();
  std::unique_ptr<crash::Plan> plan;
  if (options.on_postgres()) {
    plan = std::make_unique<EveryFewSeconds>(world, script, options.seed);
  } else {
    plan = std::make_unique<OverTheScript>(world, script, options.negotiations, options.kills, options.seed);
  }
  script.start();
  auto killed = loop.run(killer.run(*plan));
  if (!killed) ledger.problems.push_back(killed.error().message());
  loop.run(killed ? script.finish() : script.stop());
  return killed.has_value();
}

void print(const Options& options, installation::World& world, const crash::Killer& killer,
           const FaultCounts& faults, const Ledger& ledger, const Endings& endings, const Outcome& outcome) {
  const auto& verdict = outcome.verdict;
  for (const auto& each : ledger.problems) std::cout << "PROBLEM   " << each << "\n";
  for (const auto& each : verdict.violations) std::cout << "VIOLATION " << each << "\n";
  std::cout << fmt::format(
      "{} negotiations acknowledged, {} more found; {} ends acknowledged, {} too late, {} without an "
      "answer\n",
      ledger.negotiations.size(),
      verdict.negotiations - std::min(verdict.negotiations, ledger.negotiations.size()),
      endings.acknowledged.size(), endings.too_late.size(), endings.unanswered.size());
  std::cout << fmt::format(
      "{} negotiations: {} FINALIZED, {} terminated by script, {} in disagreement; faults: {} messages, {} "
      "duplicated, {} delayed, {} requests and {} answers lost, a killed {} times, b {} times; {}, seed {}\n",
      verdict.negotiations, verdict.finalized, verdict.terminated, verdict.violations.size(), faults.messages,
      faults.duplicated, faults.delayed, faults.requests_lost, faults.answers_lost, killer.kills(world.a),
      killer.kills(world.b), options.store, options.seed);
}

/// The waits for whoever is away for hours are not ours, and nobody gives up before the worst is over.
bool run(const Options& options) {
  installation::Dataspace dataspace(
      {.program = options.program,
       .on_postgres = options.on_postgres(),
       .behind_doors = true,
       .replicas = options.on_postgres() ? 2U : 1U,
       .settings = {"engine.effect_timeout=2s", "engine.retry_delay_max=2s", "engine.attempts_max=60"}});
  auto& world = dataspace.world();
  std::cout << fmt::format("seed {}, data and logs: {}\n", options.seed, dataspace.folder().string())
            << std::flush;
  auto& loop = world.driver.loop();
  crash::Availability availability(loop);
  Network network(loop, availability, options.seed, world.a.certificates().authority.string());
  network.stand_before(world.a);
  network.stand_before(world.b);
  onboard(world);
  crash::Killer killer(world, availability, options.seed);
  Ledger ledger;
  Outcome outcome;
  Script script(world, availability, ledger, installation::catalog_of(world, "globex").at(dataset),
                options.seed, {options.negotiations, options.workers});
  const auto& endings = script.endings();
  network.suffer(storm);
  const bool lived = rage(options, world, killer, script, ledger);
  const auto faults = network.counts();
  network.heal();
  if (lived) {
    outcome.negotiations = crash::judge_negotiations(world, ledger, outcome.verdict);
    judge_endings(endings, outcome);
    crash::judge_stores(dataspace, crash::Rest::complete, outcome.verdict);
  }
  print(options, world, killer, faults, ledger, endings, outcome);
  const bool well = lived && ledger.problems.empty() && outcome.verdict.violations.empty() &&
                    outcome.verdict.finalized > 0 && !endings.acknowledged.empty();
  if (well) dataspace.forget();
  return well;
}

}  // namespace
}  // namespace kontor::storm

int main(int count, char** arguments) {
  kontor::storm::Options options;
  options.program = std::filesystem::canonical("/proc/self/exe").parent_path() / "../../kontor";
  options.seed = std::random_device()();
  kontor::app::arguments::Syntax line(
      {.text =
           "Negotiates between two installations over a network that duplicates, delays and loses messages, "
           "while their processes are killed; afterwards both sides agree about every negotiation."});
  line.option(options.program, {.name = "--kontor", .meaning = "the program"});
  line.option(options.store, {.name = "--store",
                              .meaning = "sqlite, or postgres with two replicas a side",
                              .one_of = {"sqlite", "postgres"}});
  line.option(options.negotiations, {.name = "--negotiations", .meaning = "how many"});
  line.option(options.kills,
              {.name = "--kills",
               .meaning = "how often each side is killed; with replicas one is killed every few "
                          "seconds instead"});
  line.option(options.workers, {.name = "--workers", .meaning = "negotiations side by side"});
  line.option(options.seed, {.name = "--seed", .meaning = "what happens to which message, who is killed"});
  if (const auto code = line.read(count, arguments)) return *code;
  try {
    return kontor::storm::run(options) ? 0 : 1;
  } catch (const kontor::installation::Failed& failure) {
    std::cout << "the storm could not begin or end: " << failure.why << "\n";
    return 1;
  }
}
