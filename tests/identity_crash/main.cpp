#include <fmt/format.h>

#include <iostream>
#include <random>

#include "app/arguments/syntax.hpp"
#include "crash/killer.hpp"
#include "judgement.hpp"

namespace kontor::identity_crash {
namespace {

struct Options {
  std::filesystem::path program;
  std::string store = "sqlite";
  std::size_t kills = 100;
  std::size_t workers = 3;
  std::uint64_t seed = 0;
};

constexpr auto working_max = std::chrono::milliseconds(400);

/// One installation or both, at random instants.
class AnyMoment : public crash::Plan {
 public:
  AnyMoment(installation::World& world, const crash::Killer& killer, const Options& options)
      : world_(world), killer_(killer), random_(options.seed), times_(options.kills) {}

  Task<crash::Victims> next() override {
    if (killer_.kills() >= times_) co_return crash::Victims{};
    co_await crash::pause(world_.driver.loop().clock(), random_, working_max);
    switch (random_.below(5)) {
      case 0:
        co_return crash::Victims{{&world_.a}, {&world_.b}};
      case 1:
      case 2:
        co_return crash::Victims{{&world_.a}};
      default:
        co_return crash::Victims{{&world_.b}};
    }
  }

 private:
  installation::World& world_;
  const crash::Killer& killer_;
  testing::SeededRandom random_;
  std::size_t times_;
};

/// Keys that are used for seconds, so that a kill hits every step of their succession.
std::vector<std::string> settings() {
  return {"identity.key_use_duration=6s",  "identity.key_published_first=1s", "did_resolver.max_age=500ms",
          "token_service.key_lifetime=5s", "engine.effect_timeout=2s",        "engine.retry_delay_max=2s",
          "engine.attempts_max=60"};
}

/// A holder on each installation, and an issuer on one.
void onboard(installation::World& world) {
  installation::start(world);
  installation::set_up_governance(world);
  installation::onboard(world, "acme", world.a);
  installation::onboard(world, "globex", world.b);
}

/// What a run is made of.
struct Run {
  Run(installation::World& world_in, const Options& options)
      : world(world_in),
        availability(world.driver.loop()),
        administrator(world, availability, ledger),
        once(world, administrator, options.seed),
        random(options.seed),
        errands(world, availability, administrator, once, random, acknowledged) {}

  installation::World& world;
  crash::Availability availability;
  crash::Ledger ledger;
  crash::Administrator administrator;
  Once once;
  testing::SeededRandom random;
  Acknowledged acknowledged;
  Errands errands;
};

void print(const Options& options, const crash::Killer& killer, const Run& run, const Judgement& judgement,
           const crash::Verdict& verdict) {
  std::cout << fmt::format(
      "killed {} times on {}, seed {}\n"
      "acknowledged: {} requests for credentials, {} rotations of keys, {} uses of tokens that serve once; "
      "{} "
      "requests without an answer\n"
      "found: {} credentials at issuer and holders, {} keys rotated, {} tokens refused that had served\n",
      killer.kills(), options.store, options.seed, run.acknowledged.requests.size(),
      run.acknowledged.rotations.size(), run.once.used(), run.ledger.unanswered, judgement.issued,
      judgement.rotated, run.once.refused());
  for (const auto& each : run.ledger.problems) std::cout << "PROBLEM   " << each << "\n";
  for (const auto& each : verdict.violations) std::cout << "VIOLATION " << each << "\n";
}

/// Nothing happened that a crash does not explain, and enough happened to say so.
bool well(const Run& run, const Judgement& judgement, const crash::Verdict& verdict) {
  return run.ledger.problems.empty() && verdict.violations.empty() && judgement.issued > 0 &&
         !run.acknowledged.requests.empty() && judgement.rotated > 0 && run.once.refused() > 0;
}

bool survive(const Options& options) {
  installation::Dataspace dataspace(
      {.program = options.program, .on_postgres = options.store == "postgres", .settings = settings()});
  auto& world = dataspace.world();
  std::cout << fmt::format("seed {}, data and logs: {}\n", options.seed, dataspace.folder().string())
            << std::flush;
  onboard(world);
  auto& loop = world.driver.loop();
  Run run(world, options);
  crash::Verdict verdict;
  Judgement judgement;
  crash::Killer killer(world, run.availability, options.seed);
  run.errands.open_accounts();
  run.errands.start(options.workers);
  AnyMoment plan(world, killer, options);
  auto killed = loop.run(killer.run(plan));
  if (!killed) run.ledger.problems.push_back(killed.error().message());
  loop.run(killed ? run.errands.finish() : run.errands.stop());
  if (killed) {
    judgement = loop.run(judge(world, run.administrator, run.errands, run.acknowledged, verdict));
    loop.run(run.once.repeat_all());
    crash::judge_stores(dataspace, crash::Rest::time_goes_on, verdict);
  }
  print(options, killer, run, judgement, verdict);
  if (!well(run, judgement, verdict)) return false;
  dataspace.forget();
  return true;
}

}  // namespace
}  // namespace kontor::identity_crash

int main(int count, char** arguments) {
  kontor::identity_crash::Options options;
  options.program = std::filesystem::canonical("/proc/self/exe").parent_path() / "../../kontor";
  options.seed = std::random_device()();
  kontor::app::arguments::Syntax line(
      {.text = "Kills token services, credential services and an issuer at random instants while credentials "
               "are issued and presented and keys rotated; afterwards no credential, no used token and no "
               "step of a rotation is missing."});
  line.option(options.program, {.name = "--kontor", .meaning = "the program"});
  line.option(
      options.store,
      {.name = "--store", .meaning = "sqlite or postgres, both durable", .one_of = {"sqlite", "postgres"}});
  line.option(options.kills, {.name = "--kills", .meaning = "how often a process is killed"});
  line.option(options.workers, {.name = "--workers", .meaning = "of each kind, for each company"});
  line.option(options.seed, {.name = "--seed", .meaning = "who is killed and when"});
  if (const auto code = line.read(count, arguments)) return *code;
  try {
    return kontor::identity_crash::survive(options) ? 0 : 1;
  } catch (const kontor::installation::Failed& failure) {
    std::cout << "the crash test could not begin or end: " << failure.why << "\n";
    return 1;
  }
}
