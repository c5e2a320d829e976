#include "installation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "app/roles/roles.hpp"
#include "doors.hpp"
#include "platform/assembly/assembler.hpp"
#include "platform/config/settings.hpp"
#include "platform/telemetry/health.hpp"
#include "platform/telemetry/metrics.hpp"
#include "slow_store.hpp"
#include "slow_vault.hpp"

namespace kontor::simulation {

using namespace std::chrono_literals;
namespace telemetry = platform::telemetry;

namespace {

constexpr Duration drain_timeout = 20s;

const telemetry::LogLevels levels{telemetry::Severity::warning, {}};

/// The product's assemblies of all roles, the outermost ones exchanged by name.
app::roles::Parts simulated_parts() {
  auto parts = app::roles::parts_of({"all"}).value();
  std::erase_if(parts.wanted, [](const auto& each) { return each.name == "monitoring"; });
  const auto exchange = [](std::vector<assembly::Assembly>& in, assembly::Assembly with) {
    const auto place = std::ranges::find(in, with.name, &assembly::Assembly::name);
    invariant(place != in.end(), "an assembly of this name exists");
    *place = std::move(with);
  };
  exchange(parts.wanted, assembly::assembly_of<DoorsAssembly>());
  exchange(parts.available, assembly::assembly_of<ClientAssembly>());
  exchange(parts.available, assembly::assembly_of<SlowStoreAssembly>());
  exchange(parts.available, assembly::assembly_of<SlowVaultAssembly>());
  return parts;
}

}  // namespace

/// From a start to the next crash or stop. What a process holds, in the order of `app/process`.
struct Installation::Life {
  Life(World& world, Installation& installation, std::uint64_t number)
      : random(world.seed ^ (installation.random_.next() + number)),
        sink(world.journal, installation.name()),
        log(sink, world.clock, levels),
        scope(world.executor),
        edges{.clock = world.clock,
              .journal = world.journal,
              .network = world.network,
              .faults = world.faults,
              .site = installation.name(),
              .folder = installation.folder(),
              .random = SeededRandom(random.next()),
              .on_event = [this, &installation] { installation.tick(*this); }} {}

  SeededRandom random;
  JournalSink sink;
  telemetry::Log log;
  telemetry::Registry registry;
  telemetry::Health health;
  async::Scope scope;
  Edges edges;
  std::optional<assembly::Assembled> assembled;
  bool started = false;
  bool crashed = false;
};

Installation::Installation(World& world, Plan plan)
    : world_(world),
      plan_(std::move(plan)),
      random_(world.seed ^ (plan_.name == "a" ? 0xa11ce : 0xb0b)),
      changed_(world.executor, world.clock),
      crashes_left_(world.faults.crashes) {
  std::filesystem::create_directories(folder());
  write_settings();
}

Installation::~Installation() = default;

std::filesystem::path Installation::folder() const {
  return world_.folder / plan_.name;
}

bool Installation::up() const {
  return life_ && life_->started && !life_->crashed;
}

void Installation::stop() {
  stopping_ = true;
  changed_.notify();
}

/// Counts down to the next crash. The process dies within this call: nothing of it gets out any more.
void Installation::tick(Life& life) {
  if (life.crashed || crashes_left_ == 0 || stopping_) return;
  if (events_to_crash_ == 0) events_to_crash_ = 1 + random_.below(world_.faults.events_to_crash);
  if (--events_to_crash_ > 0) return;
  --crashes_left_;
  ++crashes_;
  life.crashed = true;
  life.edges.cut = true;
  world_.journal.happened(plan_.name, "crashes");
  world_.network.crash(plan_.name);
  changed_.notify();
}

Task<void> Installation::run() {
  while (!stopping_) {
    const bool again = co_await live();
    if (!again) co_return;
    auto down = between(random_, 1ms, 3s);
    auto waited = co_await world_.clock.wait_until(world_.clock.now() + down);
    if (!waited) co_return;
  }
}

/// One life. True: it ended by a crash.
Task<bool> Installation::live() {
  life_ = std::make_unique<Life>(world_, *this, ++lives_);
  auto& life = *life_;
  auto parts = simulated_parts();
  assembly::Assembler assembler(std::move(parts.wanted), std::move(parts.available));
  assembler.give(life.scope).give(world_.clock).give<Random>(life.random).give(life.log);
  assembler.give(life.registry).give(life.health).give(life.edges);
  auto settings = platform::config::Settings::load({.file = (folder() / "kontor.yaml").string()});
  invariant(settings.has_value(), "the settings of the simulation can be read");
  auto assembled = assembler.build(*settings);
  if (!assembled) world_.journal.note(plan_.name, assembled.error().message());
  invariant(assembled.has_value(), "an installation can be assembled");
  life.assembled.emplace(std::move(*assembled));
  auto started = co_await life.assembled->start();
  if (started) {
    world_.journal.happened(plan_.name, fmt::format("is up, life {}", lives_));
    life.started = true;
  } else {
    world_.journal.happened(plan_.name, "does not start: " + started.error().message());
  }
  while (started && !life.crashed && !stopping_) {
    auto ticket = changed_.ticket();
    const bool notified = co_await changed_.wait(ticket, async::Deadline::never());
    if (!notified) break;
  }
  const bool crashed = life.crashed || !started;
  co_await bury(life);
  life_.reset();
  co_return crashed;
}

Task<void> Installation::bury(Life& life) {
  const auto patience = life.crashed ? 0s : drain_timeout;
  auto drained = co_await life.assembled->drain(async::Deadline::after(world_.clock, patience));
  if (!drained && !life.crashed) world_.journal.note(plan_.name, drained.error().message());
  auto stopped = co_await life.assembled->stop();
  if (!stopped && !life.crashed) world_.journal.note(plan_.name, stopped.error().message());
  co_await life.scope.close();
}

platform::store::Store* Installation::store() const {
  return up() ? life_->edges.store : nullptr;
}

void Installation::write_settings() const {
  std::ofstream file(folder() / "kontor.yaml");
  file << fmt::format("endpoints: {{public_url: '{}', administration_url: '{}', signaling_url: '{}'}}\n",
                      public_url(), administration_url(), signaling_url());
  file << fmt::format(
      "authentication:\n  issuers:\n    - {{issuer: '{0}', jwks_url: '{0}/.well-known/jwks.json'}}\n",
      administration_url());
  file << fmt::format(
      "token_source: {{token_url: '{}/token', client_id: kontor, client_secret: kontor-secret}}\n",
      administration_url());
  file << "secure_token_service: {hashing_threads: 0}\n"
          "token_service:\n  hashing_threads: 0\n  clients:\n"
          "    - {client_id: admin, client_secret: admin-secret, role: admin}\n"
          "    - {client_id: provisioner, client_secret: provisioner-secret, role: provisioner}\n"
          "    - {client_id: governance, client_secret: governance-secret, role: governance}\n"
          "    - {client_id: partner, client_secret: partner-secret, role: provisioner, "
          "scopes: ['issuer-admin-api:admin']}\n"
          "    - {client_id: kontor, client_secret: kontor-secret, scopes: ['signaling-api:admin', "
          "'management-api:admin', 'identity-api:admin', 'issuer-admin-api:admin', 'sts-api:admin']}\n";
  file << fmt::format("dsp_endpoint:\n  trusted_issuers:\n    - {{did: '{}'}}\n", plan_.issuer_did);
  if (!plan_.issuer_administration.empty()) {
    file << fmt::format(
        "agents:\n  issuer: {{administration_url: '{0}', token_url: '{0}/token', "
        "client_id: partner, client_secret: partner-secret}}\n",
        plan_.issuer_administration);
  }
}

}  // namespace kontor::simulation
