#include "platform/engine/internal/held.hpp"

#include <gtest/gtest.h>

#include "platform/engine/engine.hpp"
#include "platform/engine/parcel_fixture.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform;
using engine::Command;
using engine::Engine;
using engine::EntityKey;
using engine::Held;
using namespace engine::test;

namespace {

const EntityKey key{"parcel", ContextId("acme"), EntityId("1")};

Held::Entry record(entity::Version version, std::string body = "{}") {
  auto made = std::make_shared<store::Record>();
  made->version = version;
  made->body = std::move(body);
  return made;
}

/// An engine over a store that others in this process write to as well.
class HeldByEngineTest : public ::testing::Test {
 protected:
  HeldByEngineTest() {
    static const entity::Kind* const kinds[] = {&ParcelMachine::kind()};
    store = std::move(*loop.run(store::sqlite::open_sqlite(
        loop.clock(), {.file = folder.path() / "store.db", .own_threads = false}, kinds)));
    engine = std::make_unique<Engine>(scope, loop.clock(), loop.random(), *store);
    engine->add<ParcelMachine>([](const engine::Committed<Send>&) { return nothing_comes(); });
    EXPECT_TRUE(loop.run(engine->start()));
  }
  ~HeldByEngineTest() override {
    loop.run(scope.close());
    engine.reset();
    loop.run(store->close());
  }

  static Task<Result<engine::Outcome<ParcelMachine>>> nothing_comes() {
    co_return engine::Outcome<ParcelMachine>{};
  }
  Result<engine::Loaded<Parcel>> apply(ParcelEvent event) {
    return loop.run(engine->apply<ParcelMachine>(Command{key.context, key.id}, std::move(event)));
  }
  Result<engine::Loaded<Parcel>> load() { return loop.run(engine->load<ParcelMachine>(key.context, key.id)); }
  /// Writes the parcel past the engine.
  Result<store::Receipt> put(const Parcel& parcel, entity::Version expected) {
    store::Transaction transaction;
    transaction.puts.push_back({&ParcelMachine::kind(), key.id, expected, ParcelMachine::encode(parcel)});
    return loop.run(store->commit(key.context, std::move(transaction)));
  }

  kontor::testing::TemporaryFolder folder;
  kontor::testing::VirtualLoop loop;
  std::unique_ptr<store::Store> store;
  async::Scope scope{loop.executor()};
  std::unique_ptr<Engine> engine;
};

}  // namespace

TEST(Held, what_a_read_brings_is_kept_until_the_entity_changes) {
  Held held;
  held.keep();
  EXPECT_EQ(held.find(key), nullptr);
  Held::Reading(held, key).brought(record(1));
  ASSERT_NE(held.find(key), nullptr);
  EXPECT_EQ(held.find(key)->version, 1u);
  held.forget(key);
  EXPECT_EQ(held.find(key), nullptr);
}

TEST(Held, what_a_read_brings_after_a_change_that_it_may_not_have_seen_is_not_kept) {
  Held held;
  held.keep();
  Held::Reading before(held, key);
  held.forget(key);
  Held::Reading after(held, key);
  before.brought(record(1));
  EXPECT_EQ(held.find(key), nullptr);
  after.brought(record(2));
  before.brought(record(1));
  ASSERT_NE(held.find(key), nullptr);
  EXPECT_EQ(held.find(key)->version, 2u);
}

TEST(Held, neither_what_is_large_nor_more_than_the_bound_is_kept) {
  Held held;
  held.keep();
  Held::Reading(held, key).brought(record(1, std::string(Held::body_bytes_max + 1, ' ')));
  EXPECT_EQ(held.find(key), nullptr);
  Held::Reading(held, key).brought(record(1));
  for (std::size_t i = 0; i < Held::entities_max; ++i) {
    const EntityKey other{"parcel", ContextId("globex"), EntityId(std::to_string(i))};
    Held::Reading(held, other).brought(record(1));
  }
  EXPECT_EQ(held.find(key), nullptr);
  Held::Reading(held, key).brought(record(2));
  EXPECT_NE(held.find(key), nullptr);
}

TEST(Held, nothing_is_kept_where_others_may_write) {
  Held held;
  Held::Reading(held, key).brought(record(1));
  EXPECT_EQ(held.find(key), nullptr);
}

TEST_F(HeldByEngineTest, a_change_past_the_engine_is_what_the_next_load_and_the_next_decision_see) {
  ASSERT_TRUE(apply(Order{"here"}));
  EXPECT_EQ(load()->entity.state, "ordered");
  ASSERT_TRUE(put({"lost: in a fire", "here", {}}, 1));
  EXPECT_EQ(load()->entity.state, "lost: in a fire");
  ASSERT_TRUE(put({"ordered", "here", {}}, 2));
  const auto delivered = apply(Delivered{});
  ASSERT_TRUE(delivered) << delivered.error().message();
  EXPECT_EQ(delivered->version, 4u);
}

TEST_F(HeldByEngineTest, what_is_erased_with_its_context_is_not_found_any_more) {
  ASSERT_TRUE(apply(Order{"here"}));
  ASSERT_TRUE(load());
  ASSERT_TRUE(loop.run(store->erase(key.context)));
  const auto gone = load();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}
