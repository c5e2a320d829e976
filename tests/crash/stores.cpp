#include <fmt/format.h>

#include <set>

#include "platform/store/audit_chain.hpp"
#include "platform/store/postgres/postgres_store.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "verdict.hpp"

namespace kontor::crash {

namespace store = platform::store;

namespace {

constexpr std::size_t page = 1000;

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
    co_await expect_nothing_pending();
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

  Task<void> expect_nothing_pending() {
    auto rows =
        co_await store_.pending_effects(store::SystemScope("look for what was not carried out"), {}, 0, page);
    if (!rows) co_return violation(rows.error().message());
    for (const auto& row : *rows)
      violation(fmt::format("{} of {} {} is still to be carried out", row.name, row.kind, row.entity));
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

Task<void> inspect(installation::Dataspace& dataspace, installation::Installation& home, std::string name,
                   Verdict& verdict) {
  auto opened = co_await open(dataspace, home);
  if (!opened) {
    verdict.violations.push_back("the store of " + name + " cannot be opened: " + opened.error().message());
    co_return;
  }
  Inspection inspection(std::move(name), **opened, verdict);
  co_await inspection.run();
  co_await (*opened)->close();
}

}  // namespace

void judge_stores(installation::Dataspace& dataspace, Verdict& verdict) {
  auto& world = dataspace.world();
  world.driver.aside([&] {
    world.a.stop_runtime();
    world.b.stop_runtime();
  });
  auto& loop = world.driver.loop();
  loop.run(inspect(dataspace, world.a, "a", verdict));
  loop.run(inspect(dataspace, world.b, "b", verdict));
}

}  // namespace kontor::crash
