#include <gtest/gtest.h>

#include "platform/operations/assembly.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform;

namespace {

/// A document that says nothing.
struct Note {
  struct Entity {};
  static const entity::Kind& kind() {
    static constexpr entity::Kind kind{.name = "note"};
    return kind;
  }
  static std::string encode(const Entity&) { return "{}"; }
  static Result<Entity> decode(std::string_view, std::uint32_t) { return Entity{}; }
};

/// The assembly over an engine on a store that nobody shares.
class EngineMetrics : public ::testing::Test {
 protected:
  EngineMetrics() {
    static const entity::Kind* const kinds[] = {&Note::kind()};
    store = loop.run(store::sqlite::open_sqlite(
                         loop.clock(), {.file = folder.path() / "store.db", .own_threads = false}, kinds))
                .value();
    engine = std::make_unique<engine::Engine>(scope, loop.clock(), loop.random(), *store);
    EXPECT_TRUE(operations::OperationsAssembly::build(
        operations::OperationsAssembly::Requires(*engine, router, registry), {}));
    EXPECT_TRUE(loop.run(engine->start()));
  }
  ~EngineMetrics() override {
    loop.run(scope.close());
    engine.reset();
    loop.run(store->close());
  }

  Result<void> put(const EntityId& id, entity::Version expected) {
    return loop.run(engine->put<Note>({acme, id}, {}, expected));
  }
  bool load(const EntityId& id) { return loop.run(engine->load<Note>(acme, id)).has_value(); }
  bool shows(std::string_view line) const { return registry.expose().contains(line); }

  const ContextId acme{"acme"};
  kontor::testing::TemporaryFolder folder;
  kontor::testing::VirtualLoop loop;
  async::Scope scope{loop.executor()};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<engine::Engine> engine;
  routing::Router router{loop.clock(), loop.random()};
  telemetry::Registry registry;
};

}  // namespace

TEST_F(EngineMetrics, the_metrics_tell_how_many_entities_are_held) {
  EXPECT_TRUE(shows("# TYPE kontor_engine_held_entities gauge\n"));
  for (const char* id : {"1", "2"}) ASSERT_TRUE(put(EntityId(id), 0) && load(EntityId(id)));
  EXPECT_TRUE(shows("\nkontor_engine_held_entities 2\n")) << registry.expose();
  ASSERT_TRUE(put(EntityId("2"), 1));
  EXPECT_TRUE(shows("\nkontor_engine_held_entities 1\n")) << "what has changed has to be read again";
}
