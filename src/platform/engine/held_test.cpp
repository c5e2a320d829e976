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
using engine::Current;
using engine::Engine;
using engine::EntityKey;
using engine::Held;
using namespace engine::test;

namespace {

class HeldTest : public ::testing::Test {
 protected:
  HeldTest() { held.keep(2); }

  static EntityKey key(std::string id) { return {"parcel", ContextId("acme"), EntityId(std::move(id))}; }
  static Current parcel(entity::Version version) {
    return {std::make_shared<const Parcel>(), &typeid(Parcel), version, {}, {}};
  }
  void change(const std::string& id, entity::Version version) {
    held.changed(key(id), {ContextId("acme"), "parcel", EntityId(id), version});
  }
  void commit(const std::string& id, entity::Version version) {
    held.expect(key(id), parcel(version));
    change(id, version);
    held.ended(key(id), true);
  }
  const Current* find(const std::string& id) { return held.find(key(id), typeid(Parcel)); }

  Held held;
};

/// An engine over a store whose file others in this process write to as well.
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
    return loop.run(engine->apply<ParcelMachine>(Command{acme, id}, std::move(event)));
  }
  Result<engine::Loaded<Parcel>> load() { return loop.run(engine->load<ParcelMachine>(acme, id)); }
  /// Writes the parcel past the engine.
  Result<store::Receipt> put(const Parcel& parcel, entity::Version expected) {
    store::Transaction transaction;
    transaction.puts.push_back({&ParcelMachine::kind(), id, expected, ParcelMachine::encode(parcel)});
    return loop.run(store->commit(acme, std::move(transaction)));
  }

  const ContextId acme{"acme"};
  const EntityId id{"1"};
  kontor::testing::TemporaryFolder folder;
  kontor::testing::VirtualLoop loop;
  std::unique_ptr<store::Store> store;
  async::Scope scope{loop.executor()};
  std::unique_ptr<Engine> engine;
};

}  // namespace

TEST_F(HeldTest, what_a_commit_leaves_is_held_from_the_moment_the_store_tells_of_it) {
  held.expect(key("1"), parcel(1));
  EXPECT_EQ(find("1"), nullptr) << "it is not committed yet";
  change("1", 1);
  ASSERT_NE(find("1"), nullptr);
  EXPECT_EQ(find("1")->version, 1u);
}

TEST_F(HeldTest, a_change_by_somebody_else_ends_what_is_held) {
  commit("1", 1);
  change("1", 2);
  EXPECT_EQ(find("1"), nullptr);
  commit("1", 3);
  change("1", 0);
  EXPECT_EQ(find("1"), nullptr) << "it was removed";
}

TEST_F(HeldTest, after_a_commit_that_failed_nothing_is_known) {
  commit("1", 1);
  held.expect(key("1"), parcel(2));
  held.ended(key("1"), false);
  EXPECT_EQ(find("1"), nullptr);
  change("1", 2);
  EXPECT_EQ(find("1"), nullptr) << "what was expected of it is not what came";
}

TEST_F(HeldTest, what_a_read_brings_is_kept_unless_the_entity_has_changed_meanwhile) {
  {
    Held::Reading reading(held, key("1"));
    reading.brought(parcel(1));
  }
  EXPECT_NE(find("1"), nullptr);
  Held::Reading first(held, key("2"));
  change("2", 2);
  Held::Reading second(held, key("2"));
  second.brought(parcel(2));
  first.brought(parcel(1));
  ASSERT_NE(find("2"), nullptr);
  EXPECT_EQ(find("2")->version, 2u);
}

TEST_F(HeldTest, more_than_the_bound_is_not_held_and_what_is_in_use_stays) {
  held.keep(8);
  commit("in use", 1);
  for (int i = 0; i < 100; ++i) {
    commit(std::to_string(i), 1);
    EXPECT_LE(held.size(), 8u);
    EXPECT_NE(find(std::to_string(i)), nullptr);
    EXPECT_NE(find("in use"), nullptr) << "after " << i;
  }
  EXPECT_EQ(find("90"), nullptr);
}

TEST_F(HeldTest, what_can_be_found_is_counted) {
  EXPECT_EQ(held.size(), 0u);
  held.expect(key("1"), parcel(1));
  EXPECT_EQ(held.size(), 0u) << "it is not committed yet";
  change("1", 1);
  commit("2", 1);
  EXPECT_EQ(held.size(), 2u);
  change("2", 0);
  EXPECT_EQ(held.size(), 1u) << "one was removed";
}

TEST(Held, nothing_is_kept_where_others_may_write) {
  Held held;
  const EntityKey key{"parcel", ContextId("acme"), EntityId("1")};
  Held::Reading(held, key).brought({std::make_shared<const Parcel>(), &typeid(Parcel), 1, {}, {}});
  EXPECT_EQ(held.find(key, typeid(Parcel)), nullptr);
}

TEST_F(HeldTest, an_entity_of_another_type_is_read_for_itself) {
  commit("1", 1);
  EXPECT_EQ(held.find(key("1"), typeid(std::string)), nullptr);
}

TEST_F(HeldByEngineTest, what_is_held_is_what_the_store_has) {
  ASSERT_TRUE(apply(Order{"here"}));
  const auto created_at = loop.clock().now();
  loop.run(loop.clock().wait_until(created_at + std::chrono::minutes(1)));
  ASSERT_TRUE(apply(Delivered{}));
  const auto loaded = load();
  const auto record = loop.run(store->load(acme, ParcelMachine::kind(), id));
  ASSERT_TRUE(loaded && record && *record);
  EXPECT_EQ(loaded->version, (*record)->version);
  EXPECT_EQ(loaded->created_at, (*record)->created_at);
  EXPECT_EQ(loaded->updated_at, (*record)->updated_at);
  EXPECT_EQ(loaded->entity.state, "delivered");
}

TEST_F(HeldByEngineTest, a_change_past_the_engine_is_what_the_next_load_and_the_next_decision_see) {
  ASSERT_TRUE(apply(Order{"here"}));
  ASSERT_TRUE(put({"lost: in a fire", "here", {}}, 1));
  EXPECT_EQ(load()->entity.state, "lost: in a fire");
  ASSERT_TRUE(put({"delivered", "here", {}}, 2));
  const auto late = apply(Delivered{});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::illegal_transition);
}

TEST_F(HeldByEngineTest, what_is_erased_with_its_context_is_not_found_any_more) {
  ASSERT_TRUE(apply(Order{"here"}));
  ASSERT_TRUE(load());
  ASSERT_TRUE(loop.run(store->erase(acme)));
  const auto gone = load();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}
