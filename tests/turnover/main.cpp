#include <fmt/format.h>

#include <iostream>
#include <random>

#include "app/arguments/syntax.hpp"
#include "changes.hpp"
#include "crash/verdict.hpp"
#include "load.hpp"

namespace kontor::turnover {
namespace {

struct Options {
  std::filesystem::path program;
  std::string store = "sqlite";
  std::size_t times = 20;
  std::size_t workers = 4;
  std::uint64_t seed = 0;
};

constexpr auto status_max_age = std::chrono::seconds(1);
constexpr auto membership = "MembershipCredential";

/// What takes months in operation takes seconds here, in the same proportions: a document is kept for a
/// shorter time than a key is published before it signs, and keys are used for longer than both.
std::vector<std::string> settings() {
  return {"verifier.status_max_age=1s",      "identity.key_use_duration=12s",
          "identity.key_published_first=2s", "did_resolver.max_age=1s",
          "token_service.key_lifetime=5s",   "issuer_service.status_interval=500ms"};
}

/// Acme offers something to members. Globex is one; Initech may become one.
json::Value prepare(installation::World& world) {
  installation::start(world);
  installation::set_up_governance(world);
  installation::onboard(world, "acme", world.a);
  for (const char* name : {"globex", "initech"}) {
    installation::onboard(world, name, world.b);
    installation::apply_for_membership(world, name);
    installation::judge(world, name, "approve");
  }
  const auto state = installation::obtain(world, world.company("globex"), membership,
                                          world.b.provisioner_token(world.driver));
  installation::verify(state == "ISSUED", "Globex did not get its membership: " + state);
  installation::publish(
      world, "acme",
      {.asset = dataset,
       .file = "iso_3166-1.json",
       .constraint = R"({"leftOperand":"MembershipCredential","operator":"eq","rightOperand":"active"})"});
  return installation::catalog_of(world, "globex").at(dataset);
}

void begin(Changes& changes, installation::World& world) {
  changes.rotate_keys_of(world.a, installation::issuer_context);
  for (const char* name : {"acme", "globex", "initech"}) {
    const auto& company = world.company(name);
    changes.rotate_keys_of(*company.home, company.context);
  }
  changes.renew("globex");
  changes.grant_and_revoke("initech");
}

void print(const Options& options, const Changes& changes, const Standings& standings,
           const crash::Ledger& ledger, const crash::Verdict& verdict) {
  for (const auto& [what, count] : changes.counts()) std::cout << fmt::format("  {} {}\n", count, what);
  std::cout << fmt::format(
      "{} negotiations on {}, seed {}: {} of holders with a valid credential, {} of holders without, {} "
      "begun "
      "or ended while that changed\n",
      ledger.negotiations.size(), options.store, options.seed, standings.accepted(), standings.refused(),
      standings.undecided());
  for (const auto& each : ledger.problems) std::cout << "PROBLEM   " << each << "\n";
  for (const auto& each : verdict.violations) std::cout << "VIOLATION " << each << "\n";
}

/// Everything happened as often as was wanted, and enough negotiations ended to say so.
bool well(const Options& options, const Changes& changes, const Standings& standings,
          const crash::Ledger& ledger, const crash::Verdict& verdict) {
  const bool all =
      std::ranges::all_of(changes.counts(), [&](const auto& each) { return each.second >= options.times; });
  return all && ledger.problems.empty() && verdict.violations.empty() &&
         standings.accepted() > options.times && standings.refused() > options.times;
}

bool run(const Options& options) {
  installation::Dataspace dataspace(
      {.program = options.program, .on_postgres = options.store == "postgres", .settings = settings()});
  auto& world = dataspace.world();
  std::cout << fmt::format("seed {}, data and logs: {}\n", options.seed, dataspace.folder().string())
            << std::flush;
  auto& loop = world.driver.loop();
  crash::Availability nobody_is_killed(loop);
  crash::Ledger ledger;
  crash::Verdict verdict;
  Standings standings(loop, ledger.problems);
  crash::Customer customer(world, nobody_is_killed, ledger);
  crash::Administrator administrator(world, nobody_is_killed, ledger);
  Load load(world, ledger, customer, standings, prepare(world));
  Changes changes(world, administrator, standings, options.seed, {options.times, status_max_age});
  standings.become("globex", Standing::good);
  for (const char* holder : {"globex", "initech"}) load.start(holder, options.workers);
  begin(changes, world);
  loop.run(changes.finish());
  loop.run(load.finish());
  for (auto& [name, company] : world.companies) installation::renew_token(world.driver, company);
  crash::judge_negotiations(world, ledger, verdict);
  crash::judge_stores(dataspace, crash::Rest::time_goes_on, verdict);
  print(options, changes, standings, ledger, verdict);
  if (!well(options, changes, standings, ledger, verdict)) return false;
  dataspace.forget();
  return true;
}

}  // namespace
}  // namespace kontor::turnover

int main(int count, char** arguments) {
  kontor::turnover::Options options;
  options.program = std::filesystem::canonical("/proc/self/exe").parent_path() / "../../kontor";
  options.seed = std::random_device()();
  kontor::app::arguments::Syntax line(
      {.text =
           "Rotates keys, renews credentials, and gives and revokes them while their holders negotiate: who "
           "holds a valid credential is never refused, who has none that is believed gets nothing."});
  line.option(options.program, {.name = "--kontor", .meaning = "the program"});
  line.option(
      options.store,
      {.name = "--store", .meaning = "sqlite or postgres, both durable", .one_of = {"sqlite", "postgres"}});
  line.option(options.times, {.name = "--times", .meaning = "how often each of them happens, at least"});
  line.option(options.workers, {.name = "--workers", .meaning = "negotiations of each holder side by side"});
  line.option(options.seed, {.name = "--seed", .meaning = "how a credential is renewed, and the pauses"});
  if (const auto code = line.read(count, arguments)) return *code;
  try {
    return kontor::turnover::run(options) ? 0 : 1;
  } catch (const kontor::installation::Failed& failure) {
    std::cout << "the turnover could not begin or end: " << failure.why << "\n";
    return 1;
  }
}
