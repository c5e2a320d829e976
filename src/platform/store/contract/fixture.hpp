#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/async/scope.hpp"
#include "platform/store/audit_chain.hpp"
#include "platform/store/store.hpp"
#include "protocol/query/field.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::store::contract {

using protocol::query::Operator;
using protocol::query::Query;
using protocol::query::where;

/// A place where a store keeps its data while a test runs. `open` may be called again after the store was
/// closed, and for a second one beside the first.
class Place {
 public:
  virtual ~Place() = default;
  virtual Task<Result<std::unique_ptr<Store>>> open(async::Clock& clock,
                                                    std::span<const Kind* const> kinds) = 0;
};

/// What an implementation hands to the suite.
struct Implementation {
  std::string name;
  std::function<std::unique_ptr<Place>()> make_place;
  std::function<std::optional<std::string>()> missing = [] {
    return std::nullopt;
  };  ///< why it cannot run here
};

inline void PrintTo(const Implementation& implementation, std::ostream* out) {
  *out << implementation.name;
}

/// A kind with a field of every type, indexed and not, below members and through lists.
inline const Kind& asset_kind() {
  using enum entity::FieldType;
  static constexpr entity::Field fields[] = {
      {"name", "name", text, true},
      {"title", "title", text},
      {"count", "count", number, true},
      {"size", "size", number},
      {"active", "active", boolean, true},
      {"hidden", "hidden", boolean},
      {"startsAt", "startsAt", instant, true},
      {"endsAt", "endsAt", instant},
      {"address.type", "dataAddress.type", text, true},
      {"address.port", "dataAddress.port", number},
      {"tags", "tags[]", text},
      {"parts.state", "parts[].state", text},
      {"parts.weight", "parts[].weight", number},
  };
  static const Kind kind{"asset", 3, fields, "properties privateProperties"};
  return kind;
}

inline const Kind& note_kind() {
  static constexpr entity::Field fields[] = {{"name", "name", entity::FieldType::text, true}};
  static const Kind kind{"note", 1, fields};
  return kind;
}

inline std::span<const Kind* const> all_kinds() {
  static const Kind* const kinds[] = {&asset_kind(), &note_kind()};
  return kinds;
}

inline const SystemScope system_scope{"contract test"};

/// Commits, and forgets the receipt.
inline Task<Result<void>> write_to(Store* store, ContextId context, Transaction transaction) {
  auto committed = co_await store->commit(std::move(context), std::move(transaction));
  if (!committed) co_return fail(std::move(committed.error()));
  co_return Result<void>{};
}

class StoreContract : public ::testing::TestWithParam<Implementation> {
 protected:
  void SetUp() override {
    if (auto why = GetParam().missing()) GTEST_SKIP() << *why;
    place = GetParam().make_place();
    store = open();
    ASSERT_NE(store, nullptr);
  }

  void TearDown() override {
    if (store) run(store->close());
    store.reset();
    place.reset();
  }

  std::unique_ptr<Store> open() {
    auto opened = run(place->open(clock, all_kinds()));
    EXPECT_TRUE(opened) << opened.error().message();
    return opened ? std::move(*opened) : nullptr;
  }

  void reopen() {
    run(store->close());
    store.reset();
    store = open();
  }

  void run(Task<void> task) { loop.run(std::move(task)); }
  template <class T>
  T run(Task<T> task) {
    return loop.run(std::move(task));
  }

  Result<void> commit(const ContextId& context, Transaction transaction) {
    return run(write_to(store.get(), context, std::move(transaction)));
  }
  void must_commit(const ContextId& context, Transaction transaction) {
    auto done = commit(context, std::move(transaction));
    ASSERT_TRUE(done) << done.error().message();
  }
  void must_put(const ContextId& context, const std::string& id, const std::string& body,
                Version expected = 0) {
    must_commit(context, {.puts = {{&asset_kind(), EntityId(id), expected, body}}});
  }
  std::optional<Record> load(const ContextId& context, const std::string& id,
                             const Kind& kind = asset_kind()) {
    auto record = run(store->load(context, kind, EntityId(id)));
    EXPECT_TRUE(record) << record.error().message();
    return record ? *record : std::nullopt;
  }
  Page list(const ContextId& context, Query query = {}, const Kind& kind = asset_kind()) {
    auto page = run(store->list(context, kind, std::move(query)));
    EXPECT_TRUE(page) << page.error().message();
    return page ? std::move(*page) : Page{};
  }
  std::vector<std::string> ids(const ContextId& context, Query query = {}) {
    return ids_of(list(context, query));
  }
  static std::vector<std::string> ids_of(const Page& page) {
    std::vector<std::string> ids;
    for (const auto& record : page.records) ids.push_back(record.id.str());
    return ids;
  }
  std::vector<OutboxRow> pending(std::uint64_t after = 0, std::size_t limit = 1000) {
    auto rows = run(store->pending_effects(system_scope, {}, after, limit));
    EXPECT_TRUE(rows) << rows.error().message();
    return rows ? std::move(*rows) : std::vector<OutboxRow>{};
  }
  std::vector<AuditRow> audit(const ContextId& context, std::uint64_t after = 0, std::size_t limit = 1000) {
    auto rows = run(store->audit(context, after, limit));
    EXPECT_TRUE(rows) << rows.error().message();
    return rows ? std::move(*rows) : std::vector<AuditRow>{};
  }
  std::vector<StoredEvent> events(std::uint64_t after = 0) {
    auto rows = run(store->events(system_scope, after, 1000));
    EXPECT_TRUE(rows) << rows.error().message();
    return rows ? std::move(*rows) : std::vector<StoredEvent>{};
  }

  void acme_owns_one_of_everything();
  bool leave(const std::string& carrier, const std::string& id, const std::string& entity,
             std::string kind = "asset");
  std::vector<std::string> effects_of(EffectFilter filter);
  std::optional<Lease> hold(const std::string& carrier);
  Claimed claim(const std::string& carrier, std::vector<std::string> kinds = {"asset"});

  /// Runs all tasks side by side and returns their results in order.
  std::vector<Result<void>> run_all(std::vector<Task<Result<void>>> tasks) {
    std::vector<Result<void>> results(tasks.size());
    async::Scope scope(loop.executor());
    for (std::size_t i = 0; i < tasks.size(); ++i) scope.spawn(keep(std::move(tasks[i]), &results[i]));
    run(scope.drain());
    return results;
  }
  static Task<void> keep(Task<Result<void>> task, Result<void>* out) { *out = co_await std::move(task); }

  const ContextId acme{"acme"};
  const ContextId globex{"globex"};

  kontor::testing::RealLoop loop;
  kontor::testing::VirtualClock clock{kontor::testing::VirtualLoop::start()};
  std::unique_ptr<Place> place;
  std::unique_ptr<Store> store;
};

inline OutboxRow effect(const std::string& id, const std::string& entity, const std::string& body = "{}") {
  return {.context = {},
          .id = EffectId(id),
          .kind = "asset",
          .entity = EntityId(entity),
          .name = "send",
          .body = body,
          .trace = "00-trace-01"};
}

inline EventRow event(const std::string& name, const std::string& entity, Version version = 1) {
  return {name, "asset", EntityId(entity), version, R"({"why":"test"})", "did:web:acme"};
}

inline void StoreContract::acme_owns_one_of_everything() {
  must_commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, R"({"name":"secret"})", clock.now()}},
                     .effects = {effect("e1", "a1")},
                     .single_use = {{"token", clock.now() + std::chrono::hours(1)}},
                     .events = {event("asset.created", "a1")},
                     .audited = true});
}

inline bool same_json(const std::string& left, const std::string& right) {
  auto a = json::parse(left);
  auto b = json::parse(right);
  return a && b && json::equal(*a, *b);
}

}  // namespace kontor::platform::store::contract
