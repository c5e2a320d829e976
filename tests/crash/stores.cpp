#include <fmt/format.h>

#include <map>
#include <set>

#include "platform/store/audit_chain.hpp"
#include "platform/store/postgres/postgres_store.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "verdict.hpp"

namespace kontor::crash {

namespace store = platform::store;

namespace {

constexpr std::size_t page = 1000;
constexpr int starts_max = 5;
constexpr auto carried_out_within = std::chrono::seconds(3);

/// What is still to be carried out, by its effect's id.
using Pending = std::map<std::string, std::string>;

Task<Result<std::unique_ptr<store::Store>>> open(installation::Dataspace& dataspace,
                                                 const installation::Installation& home) {
  auto& loop = dataspace.world().driver.loop();
  if (const auto* server = dataspace.postgres()) {
    store::postgres::PostgresConfig config{
        .url = server->url(), .owner_url = server->owner_url(), .schema = home.store_schema()};
    return store::postgres::open_postgres(loop.clock(), loop.random(), std::move(config), {});
  }
  return store::sqlite::open_sqlite(loop.clock(), {.file = home.store_file()}, {});
}

/// What one store tells of the time that the processes are gone.
class Inspection {
 public:
  Inspection(std::string name, store::Store& store, Verdict& verdict)
      : name_(std::move(name)), store_(store), verdict_(verdict) {}

  Task<void> run() {
    co_await read_events();
    for (const auto& context : contexts_) {
      co_await expect_nothing_aside(ContextId(context));
      co_await verify_audit(ContextId(context));
    }
  }

 private:
  Task<void> read_events() {
    for (std::uint64_t after = 0;;) {
      auto events = co_await store_.events(store::SystemScope("look at what happened"), after, page);
      if (!events) co_return violation(events.error().message());
      if (events->empty()) co_return;
      after = events->back().sequence;
      for (const auto& each : *events) note(each);
    }
  }

  void note(const store::StoredEvent& stored) {
    contexts_.insert(stored.context.str());
    if (stored.event.name != "contract.negotiation.finalized") return;
    const bool first = finalized_.insert(stored.context.str() + " " + stored.event.entity.str()).second;
    if (!first) violation("negotiation " + stored.event.entity.str() + " was finalized twice");
  }

  Task<void> expect_nothing_aside(ContextId context) {
    auto rows = co_await store_.quarantined(std::move(context));
    if (!rows) co_return violation(rows.error().message());
    for (const auto& row : *rows)
      violation(fmt::format("{} {} was set aside: {}", row.kind, row.entity, row.failure.reason));
  }

  Task<void> verify_audit(ContextId context) {
    std::optional<store::AuditRow> previous;
    for (std::uint64_t after = 0;;) {
      auto rows = co_await store_.audit(context, after, page);
      if (!rows) co_return violation(rows.error().message());
      if (rows->empty()) co_return;
      auto whole = store::verify_chain(context, *rows, previous ? &*previous : nullptr);
      if (!whole) co_return violation(whole.error().message());
      previous = rows->back();
      after = previous->sequence;
    }
  }

  void violation(const std::string& what) {
    verdict_.violations.push_back("store of " + name_ + ": " + what);
  }

  std::string name_;
  store::Store& store_;
  Verdict& verdict_;
  std::set<std::string> contexts_;
  std::set<std::string> finalized_;
};

/// Does something with a store that no process has open.
template <class Work>
Task<void> with_store(installation::Dataspace& dataspace, installation::Installation& home, Verdict& verdict,
                      Work work) {
  auto opened = co_await open(dataspace, home);
  if (!opened) {
    verdict.violations.push_back("the store of " + home.name() +
                                 " cannot be opened: " + opened.error().message());
    co_return;
  }
  co_await work(**opened);
  co_await (*opened)->close();
}

Task<void> read_pending(store::Store& store, std::string name, Verdict& verdict, Pending& pending) {
  auto rows =
      co_await store.pending_effects(store::SystemScope("look for what was not carried out"), {}, 0, page);
  if (!rows) {
    verdict.violations.push_back("store of " + name + ": " + rows.error().message());
    co_return;
  }
  for (const auto& row : *rows) {
    pending.emplace(row.id.str(),
                    fmt::format("store of {}: {} of {} {}", name, row.name, row.kind, row.entity));
  }
}

Task<void> inspect(store::Store& store, std::string name, Verdict& verdict) {
  Inspection inspection(std::move(name), store, verdict);
  co_await inspection.run();
}

/// Both installations' stores when their processes have ended.
Pending pending_at_rest(installation::Dataspace& dataspace, Verdict& verdict) {
  auto& world = dataspace.world();
  world.driver.aside([&] {
    world.a.stop_runtime();
    world.b.stop_runtime();
  });
  Pending pending;
  for (auto* home : {&world.a, &world.b}) {
    world.driver.loop().run(with_store(dataspace, *home, verdict, [&](store::Store& store) {
      return read_pending(store, home->name(), verdict, pending);
    }));
  }
  return pending;
}

void start_again(installation::World& world) {
  for (auto* home : {&world.a, &world.b}) {
    for (std::size_t i = 0; i < home->replicas(); ++i) home->start_runtime(i);
  }
  for (auto* home : {&world.a, &world.b}) home->await_ready(world.driver);
  auto& loop = world.driver.loop();
  auto waited = loop.run(loop.clock().wait_until(loop.clock().now() + carried_out_within));
  static_cast<void>(waited);
}

/// What is due may have begun when the processes end. It is carried out by those that start next.
void expect_all_carried_out(installation::Dataspace& dataspace, Rest rest, Verdict& verdict) {
  auto pending = pending_at_rest(dataspace, verdict);
  const int starts = rest == Rest::complete ? 0 : starts_max;
  for (int i = 0; i < starts && !pending.empty(); ++i) {
    start_again(dataspace.world());
    const auto still = pending_at_rest(dataspace, verdict);
    std::erase_if(pending, [&](const auto& each) { return !still.contains(each.first); });
  }
  for (const auto& [id, what] : pending)
    verdict.violations.push_back(fmt::format("{} is still to be carried out, {} starts later", what, starts));
}

}  // namespace

void judge_stores(installation::Dataspace& dataspace, Rest rest, Verdict& verdict) {
  expect_all_carried_out(dataspace, rest, verdict);
  auto& world = dataspace.world();
  for (auto* home : {&world.a, &world.b}) {
    world.driver.loop().run(with_store(dataspace, *home, verdict, [&](store::Store& store) {
      return inspect(store, home->name(), verdict);
    }));
  }
}

}  // namespace kontor::crash
