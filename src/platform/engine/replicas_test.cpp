#include <gmock/gmock.h>

#include "base/json/stored.hpp"
#include "platform/engine/engine.hpp"
#include "platform/store/postgres/postgres_store.hpp"
#include "testing/async/run.hpp"
#include "testing/postgres/postgres_server.hpp"

using namespace kontor;
using namespace kontor::platform;
using engine::Command;
using engine::Committed;
using engine::Engine;
using engine::EngineConfig;
using engine::Outcome;
using kontor::testing::PostgresServer;
using ::testing::ElementsAre;

// Several engines, each with a connection of its own, on one PostgreSQL.
namespace {

/// A ledger: each entry is one effect, numbered in order. A reminder is an entry that time alone makes.
struct Ledger {
  std::int64_t entries = 0;
  std::int64_t reminders = 0;
  std::optional<Instant> remind_at;

  bool operator==(const Ledger&) const = default;
};
struct Enter {
  std::optional<Instant> remind_at = {};
};
struct Remind {};
struct Write {
  std::int64_t number;
};
using LedgerEvent = std::variant<Enter, Remind>;

Result<void> read(const json::Node& node, Ledger& out) {
  json::ObjectReader in(node);
  in.required("entries", out.entries).required("reminders", out.reminders);
  in.optional("remindAt", out.remind_at);
  return in.done();
}
json::Value write(const Ledger& ledger) {
  return json::ObjectWriter()
      .field("entries", ledger.entries)
      .field("reminders", ledger.reminders)
      .field("remindAt", ledger.remind_at)
      .done();
}

struct LedgerMachine {
  using Entity = Ledger;
  using Event = LedgerEvent;
  using Effect = Write;
  using Decided = entity::Decision<Ledger, Write>;

  static const entity::Kind& kind() {
    static constexpr entity::Kind kind{.name = "ledger"};
    return kind;
  }
  static Result<Decided> decide(const Ledger* current, const LedgerEvent& event, Instant) {
    auto next = current ? *current : Ledger{};
    if (const auto* enter = std::get_if<Enter>(&event)) {
      ++next.entries;
      next.remind_at = enter->remind_at;
      return Decided{next, {Write{next.entries}}, {"ledger.entered"}};
    }
    ++next.reminders;
    next.remind_at.reset();
    return Decided{next, {}, {"ledger.reminded"}};
  }
  static std::string encode(const Ledger& ledger) { return json::encode(ledger); }
  static Result<Ledger> decode(std::string_view stored, std::uint32_t) {
    return json::decode_stored<Ledger>(stored);
  }
  static std::string encode_effect(const Write& effect) { return std::to_string(effect.number); }
  static Result<Write> decode_effect(std::string_view stored) {
    return Write{std::stoll(std::string(stored))};
  }
  static std::string_view effect_name(const Write&) { return "write"; }
  static std::optional<Instant> due_at(const Ledger& ledger) { return ledger.remind_at; }
  static LedgerEvent due_event(const Ledger&) { return Remind{}; }
  static std::optional<LedgerEvent> failed(const Write&, const Error&) { return std::nullopt; }
  static bool ended(const Ledger&) { return false; }
};

/// What all replicas did, as the world outside sees it.
struct World {
  std::map<std::string, std::vector<std::int64_t>> written;  ///< by ledger, in order
  std::map<std::string, std::string> running;                ///< effect → replica
  std::map<std::string, std::set<std::string>> ids;          ///< of the effect, by `ledger/number`
  std::vector<std::string> defects;
};

/// One replica: a store, a scope and an engine. `hangs` attempts never end by themselves.
struct Replica {
  Replica(kontor::testing::EventLoop& loop_in, World& world_in, std::string name_in,
          const store::postgres::PostgresConfig& config, Duration lease)
      : loop(loop_in), world(world_in), name(std::move(name_in)), scope(loop_in.executor()) {
    static const entity::Kind* const kinds[] = {&LedgerMachine::kind()};
    store = loop.run(store::postgres::open_postgres(loop.clock(), loop.random(), config, kinds)).value();
    engine = std::make_unique<Engine>(
        scope, loop.clock(), loop.random(), *store,
        EngineConfig{.retry_delay_min = std::chrono::milliseconds(5), .lease_duration = lease});
    engine->add<LedgerMachine>([this](Committed<Write> effect) { return carry(std::move(effect)); });
    auto started = loop.run(engine->start());
    EXPECT_TRUE(started) << started.error().message();
  }
  ~Replica() { die(); }

  /// Ends as a killed process does: it gives nothing back.
  void die() {
    if (!engine) return;
    loop.run(scope.close());
    engine.reset();
    loop.run(store->close());
    store.reset();
  }

  Task<Result<Outcome<LedgerMachine>>> carry(Committed<Write> effect) {
    const auto ledger = effect.call().entity.str();
    const auto id = effect.call().id.str();
    world.ids[ledger + "/" + std::to_string(effect->number)].insert(id);
    if (!world.running.emplace(id, name).second)
      world.defects.push_back(id + " runs at " + world.running[id] + " and at " + name);
    ++attempts;
    auto waited = co_await loop.clock().wait_until(hangs ? Instant::max() : loop.clock().now() + takes);
    world.running.erase(id);
    if (!waited) {
      ended_at = loop.clock().now();
      co_return fail(std::move(waited.error()));
    }
    if (fails) co_return fail(ErrorCode::peer_refused, "no");
    world.written[ledger].push_back(effect->number);
    co_return std::nullopt;
  }

  void enter(const std::string& ledger, Enter entry = {}) {
    auto applied =
        loop.run(engine->apply<LedgerMachine>(Command{ContextId("acme"), EntityId(ledger)}, entry));
    EXPECT_TRUE(applied) << applied.error().message();
  }

  kontor::testing::EventLoop& loop;
  World& world;
  std::string name;
  bool hangs = false;
  bool fails = false;
  Duration takes{0};
  int attempts = 0;
  std::optional<Instant> ended_at;
  async::Scope scope;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Engine> engine;
};

class EngineReplicas : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto why = PostgresServer::missing()) GTEST_SKIP() << *why;
    static PostgresServer shared;
    static int schemas = 0;
    server = &shared;
    schema = "replicas_" + std::to_string(++schemas);
  }
  void TearDown() override { EXPECT_THAT(world.defects, ElementsAre()); }

  std::unique_ptr<Replica> replica(std::string name, Duration lease) {
    const store::postgres::PostgresConfig config{
        .url = server->url(), .owner_url = server->owner_url(), .schema = schema};
    return std::make_unique<Replica>(loop, world, std::move(name), config, lease);
  }
  /// Runs the loop until `done`, or for a minute: only a test that fails takes that long.
  bool comes_true(const std::function<bool()>& done) {
    const auto until = loop.clock().now() + std::chrono::minutes(1);
    while (!done() && loop.clock().now() < until) pass(std::chrono::milliseconds(2));
    return done();
  }
  void pass(Duration duration) {
    auto waited = loop.run(loop.clock().wait_until(loop.clock().now() + duration));
    static_cast<void>(waited);
  }

  static constexpr Duration brief = std::chrono::milliseconds(600);
  static constexpr Duration long_lease = std::chrono::minutes(10);
  kontor::testing::RealLoop loop;
  PostgresServer* server = nullptr;
  std::string schema;
  World world;
};

}  // namespace

TEST_F(EngineReplicas, what_a_dead_replica_left_is_carried_out_by_another_in_order_and_under_its_ids) {
  auto first = replica("first", brief);
  auto second = replica("second", brief);
  first->hangs = true;
  for (int i = 0; i < 3; ++i) first->enter("a");
  ASSERT_TRUE(comes_true([&] { return first->attempts == 1; }));
  second->enter("a");
  pass(brief * 2);
  EXPECT_EQ(second->attempts, 0)
      << "the first lives: its lease is kept, and the fourth waits behind its three";
  const auto died_at = loop.clock().now();
  first->die();
  ASSERT_TRUE(comes_true([&] { return world.written["a"].size() == 4; }));
  EXPECT_LT(loop.clock().now() - died_at, brief + std::chrono::seconds(5));
  EXPECT_THAT(world.written["a"], ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(world.ids["a/1"].size(), 1u) << "the peer recognises the repeat";
  EXPECT_EQ(second->engine->counters().taken_over, 4u);
}

TEST_F(EngineReplicas, a_replica_that_stops_in_order_is_followed_at_once) {
  auto first = replica("first", long_lease);
  auto second = replica("second", long_lease);
  first->hangs = true;
  first->enter("a");
  ASSERT_TRUE(comes_true([&] { return first->attempts == 1; }));
  loop.run(first->engine->drain(async::Deadline::after(loop.clock(), Duration(0))));
  ASSERT_TRUE(comes_true([&] { return world.written["a"].size() == 1; }));
}

TEST_F(EngineReplicas, what_a_dead_process_left_is_taken_up_by_the_next_one) {
  auto first = replica("first", brief);
  first->hangs = true;
  first->enter("a");
  first->die();
  auto second = replica("second", brief);
  ASSERT_TRUE(comes_true([&] { return world.written["a"].size() == 1; }));
}

TEST_F(EngineReplicas, while_all_live_each_effect_runs_once_and_those_of_an_entity_in_order) {
  constexpr int ledgers = 5;
  constexpr int rounds = 30;
  std::vector<std::unique_ptr<Replica>> replicas;
  for (const char* name : {"first", "second", "third"}) replicas.push_back(replica(name, brief));
  for (auto& each : replicas) each->takes = std::chrono::milliseconds(3);
  async::Scope scope(loop.executor());
  const auto entering = [](Engine* engine, std::string ledger) -> Task<void> {
    for (int i = 0; i < rounds; ++i) {
      Command command{ContextId("acme"), EntityId(ledger)};
      auto applied = co_await engine->apply<LedgerMachine>(std::move(command), Enter{});
      // Who loses too often against the others is told so, and asks again.
      if (!applied) EXPECT_EQ(applied.error().code, ErrorCode::version_conflict);
      if (!applied) --i;
    }
  };
  for (auto& each : replicas) {
    for (int i = 0; i < ledgers; ++i) scope.spawn(entering(each->engine.get(), std::to_string(i)));
  }
  loop.run(scope.drain());
  constexpr std::size_t expected = 3 * rounds;
  EXPECT_TRUE(comes_true([&] {
    for (int i = 0; i < ledgers; ++i) {
      if (world.written[std::to_string(i)].size() < expected) return false;
    }
    return true;
  }));
  pass(brief);
  for (int i = 0; i < ledgers; ++i) {
    const auto& written = world.written[std::to_string(i)];
    EXPECT_EQ(written.size(), expected);
    EXPECT_TRUE(std::ranges::is_sorted(written)) << ::testing::PrintToString(written);
  }
  for (auto& each : replicas) EXPECT_EQ(each->engine->counters().taken_over, 0u);
}

TEST_F(EngineReplicas, attempts_end_before_others_may_take_over_when_the_lease_cannot_be_kept) {
  constexpr Duration lease = std::chrono::seconds(3);
  auto first = replica("first", lease);
  first->hangs = true;
  first->enter("a");
  ASSERT_TRUE(comes_true([&] { return first->attempts == 1; }));
  const auto cut_off = loop.clock().now();
  server->execute("REVOKE UPDATE ON " + schema + ".leases FROM kontor_system");
  ASSERT_TRUE(comes_true([&] { return first->ended_at.has_value(); }));
  EXPECT_LT(*first->ended_at - cut_off, lease);
  EXPECT_EQ(first->engine->counters().leases_lost, 1u);

  first->hangs = false;
  first->enter("b");
  pass(lease / 10);
  EXPECT_EQ(first->attempts, 1) << "nothing begins without a lease";
  server->execute("GRANT UPDATE ON " + schema + ".leases TO kontor_system");
  ASSERT_TRUE(comes_true([&] { return world.written["a"].size() == 1 && world.written["b"].size() == 1; }));
}

TEST_F(EngineReplicas, what_was_left_out_without_a_lease_is_not_overtaken_by_what_is_committed_after) {
  auto first = replica("first", brief);
  first->hangs = true;
  for (int i = 0; i < 2; ++i) first->enter("a");
  ASSERT_TRUE(comes_true([&] { return first->attempts == 1; }));
  server->execute("REVOKE UPDATE ON " + schema + ".leases FROM kontor_system");
  ASSERT_TRUE(comes_true([&] { return first->ended_at.has_value(); }));
  first->hangs = false;
  server->execute("REVOKE SELECT ON " + schema + ".outbox FROM kontor_system");
  server->execute("GRANT UPDATE ON " + schema + ".leases TO kontor_system");
  pass(brief);
  first->enter("b");
  first->enter("a");
  pass(brief / 3);
  EXPECT_EQ(first->attempts, 1) << "there is a lease again, but what came first cannot be read yet";
  server->execute("GRANT SELECT ON " + schema + ".outbox TO kontor_system");
  ASSERT_TRUE(comes_true([&] { return world.written["a"].size() == 3 && world.written["b"].size() == 1; }));
  EXPECT_THAT(world.written["a"], ElementsAre(1, 2, 3));
}

TEST_F(EngineReplicas, a_lease_is_kept_while_the_look_for_work_waits_for_its_turn) {
  constexpr Duration lease = std::chrono::seconds(2);
  auto first = replica("first", lease);
  first->hangs = true;
  first->enter("a");
  ASSERT_TRUE(comes_true([&] { return first->attempts == 1; }));
  {
    const auto held = server->hold("BEGIN; LOCK TABLE " + schema + ".outbox IN SHARE MODE");
    pass(lease * 3 / 2);
  }
  EXPECT_EQ(first->ended_at, std::nullopt);
  EXPECT_EQ(first->engine->counters().leases_lost, 0u);
  first->enter("b");
  ASSERT_TRUE(comes_true([&] { return first->attempts == 2; }));
}

TEST_F(EngineReplicas, what_is_due_happens_once_whoever_lives) {
  auto first = replica("first", brief);
  auto second = replica("second", brief);
  const auto reminders = [&](Replica& at, const std::string& ledger) {
    return loop.run(at.engine->load<LedgerMachine>(ContextId("acme"), EntityId(ledger)))->entity.reminders;
  };
  first->enter("both", {loop.clock().now() + std::chrono::milliseconds(60)});
  ASSERT_TRUE(comes_true([&] { return reminders(*second, "both") == 1; }));
  pass(std::chrono::milliseconds(100));
  EXPECT_EQ(reminders(*second, "both"), 1);

  first->enter("one", {loop.clock().now() + std::chrono::milliseconds(300)});
  first->die();
  ASSERT_TRUE(comes_true([&] { return reminders(*second, "one") == 1; }));
}

TEST_F(EngineReplicas, a_retry_at_any_replica_reaches_the_one_that_has_the_effects) {
  auto first = replica("first", long_lease);
  auto second = replica("second", long_lease);
  first->fails = true;
  first->enter("a");
  ASSERT_TRUE(comes_true([&] { return first->engine->counters().set_aside == 1; }));
  first->fails = false;
  second->enter("a");
  pass(std::chrono::milliseconds(50));
  EXPECT_EQ(first->attempts + second->attempts, 1) << "what is set aside holds back what follows";
  ASSERT_TRUE(loop.run(second->engine->retry(ContextId("acme"), "ledger", EntityId("a"))));
  ASSERT_TRUE(comes_true([&] { return world.written["a"].size() == 2; }));
  EXPECT_THAT(world.written["a"], ElementsAre(1, 2));
  EXPECT_EQ(first->attempts, 3);
}
