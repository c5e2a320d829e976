#include "platform/engine/engine.hpp"

#include <gmock/gmock.h>

#include "platform/engine/parcel_fixture.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform;
using engine::Command;
using engine::Committed;
using engine::Engine;
using engine::Outcome;
using namespace engine::test;
using ::testing::ElementsAre;
using ::testing::MatchesRegex;

namespace {

/// What the post does with each parcel, by address, and what it saw.
struct Post {
  std::map<std::string, std::vector<Result<void>>> answers;  ///< one an attempt; then success
  std::vector<std::string> effect_ids;
  async::Clock* clock = nullptr;
  std::size_t silent = 0;  ///< attempts that wait for an address that never answers
  std::size_t silent_most = 0;

  Task<Result<void>> wait_in_vain(async::Deadline deadline) {
    silent_most = std::max(silent_most, ++silent);
    auto waited = co_await clock->wait_until(deadline.at);
    --silent;
    if (!waited) co_return fail(std::move(waited.error()));
    co_return fail(ErrorCode::timeout, "nobody answered");
  }

  Task<Result<Outcome<ParcelMachine>>> carry(Committed<Send> send) {
    effect_ids.push_back(send.call().id.str());
    if (send->address == "silent") {
      auto answered = co_await wait_in_vain(send.call().deadline);
      co_return fail(std::move(answered.error()));
    }
    auto& planned = answers[send->address];
    if (planned.size() >= send.call().attempt) {
      auto answer = planned[send.call().attempt - 1];
      if (!answer) co_return fail(std::move(answer.error()));
    }
    co_return Outcome<ParcelMachine>{Delivered{}};
  }
};

class Lines : public telemetry::LogSink {
 public:
  void write(std::string_view line) override { all.emplace_back(line); }
  std::vector<std::string> all;
};

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() { open(); }
  ~EngineTest() override { close(); }

  void open() {
    auto opened = loop.run(store::sqlite::open_sqlite(
        loop.clock(), {.file = folder.path() / "store.db", .own_threads = false}, kinds()));
    ASSERT_TRUE(opened) << opened.error().message();
    store = std::move(*opened);
    scope = std::make_unique<async::Scope>(loop.executor());
    engine = std::make_unique<Engine>(*scope, loop.clock(), loop.random(), *store,
                                      engine::EngineConfig{.attempts_max = 4});
    post.clock = &loop.clock();
    engine->add<ParcelMachine>([this](Committed<Send> send) { return post.carry(std::move(send)); });
  }
  void close() {
    if (!scope) return;
    loop.run(scope->close());
    engine.reset();
    loop.run(store->close());
    store.reset();
    scope.reset();
  }
  static std::span<const entity::Kind* const> kinds() {
    static const entity::Kind* const all[] = {&ParcelMachine::kind()};
    return all;
  }

  /// The log's lines: severity, context, action, counter-party, process, message.
  std::vector<std::string> told() const {
    std::vector<std::string> texts;
    for (const auto& written : lines.all) {
      const auto line = json::parse(written);
      EXPECT_TRUE(line) << written;
      const auto of = [&](std::string_view name) {
        const auto* found = json::find(*line, name);
        return found ? std::string(found->as_string()) : std::string();
      };
      EXPECT_EQ(of("component"), "engine");
      texts.push_back(fmt::format("{} {} {} {} {}: {}", of("severity"), of("context"), of("action"),
                                  of("counterParty"), of("processId"), of("message")));
    }
    return texts;
  }

  Result<engine::Loaded<Parcel>> apply(std::string id, ParcelEvent event) {
    return loop.run(engine->apply<ParcelMachine>(Command{acme, EntityId(std::move(id))}, std::move(event)));
  }
  /// The state once the parcel has come to rest.
  std::string rest(std::string id) {
    auto parcel = loop.run(engine->wait<ParcelMachine>(
        acme, EntityId(std::move(id)), [](const Parcel& each) { return each.state != "ordered"; },
        async::Deadline::after(loop.clock(), std::chrono::hours(10))));
    return parcel ? parcel->entity.state : parcel.error().message();
  }

  const ContextId acme{"acme"};
  kontor::testing::TemporaryFolder folder;
  kontor::testing::VirtualLoop loop;
  Lines lines;
  telemetry::LogLevels levels;
  Post post;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<async::Scope> scope;
  std::unique_ptr<Engine> engine;
};

std::unexpected<Error> busy() {
  return fail(ErrorCode::peer_unavailable, "the post is busy");
}

}  // namespace

TEST_F(EngineTest, an_effect_runs_once_it_is_durable_and_its_outcome_changes_the_entity) {
  ASSERT_TRUE(loop.run(engine->start()));
  auto ordered = apply("1", Order{"here"});
  ASSERT_TRUE(ordered) << ordered.error().message();
  EXPECT_EQ(ordered->entity.state, "ordered");
  EXPECT_EQ(ordered->version, 1u);
  EXPECT_EQ(rest("1"), "delivered");
  EXPECT_TRUE(loop.run(store->pending_effects(store::SystemScope("test"), {}, 0, 10)).value().empty());
}

TEST_F(EngineTest, a_transient_failure_is_retried_under_the_same_id) {
  ASSERT_TRUE(loop.run(engine->start()));
  post.answers["slow"] = {busy(), busy()};
  ASSERT_TRUE(apply("1", Order{"slow"}));
  EXPECT_EQ(rest("1"), "delivered");
  ASSERT_EQ(post.effect_ids.size(), 3u);
  EXPECT_EQ(post.effect_ids[0], post.effect_ids[2]);
}

TEST_F(EngineTest, a_party_that_never_answers_holds_its_own_places_and_nobody_elses) {
  ASSERT_TRUE(loop.run(engine->start()));
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(apply("silent-" + std::to_string(i), Order{"silent"}));
  const auto begun = loop.clock().now();
  for (int i = 0; i < 100; ++i) {
    const auto id = std::to_string(i);
    ASSERT_TRUE(apply(id, Order{"healthy-" + id}));
    EXPECT_EQ(rest(id), "delivered");
  }
  EXPECT_LT(loop.clock().now() - begun, std::chrono::seconds(1)) << "less than one wait for the silent one";
  EXPECT_EQ(post.silent_most, engine::EngineConfig{}.effects_running_per_group_max);
}

TEST_F(EngineTest, a_final_failure_becomes_the_machines_event_at_once) {
  ASSERT_TRUE(loop.run(engine->start()));
  post.answers["refused"] = {fail(ErrorCode::peer_refused, "unknown street")};
  ASSERT_TRUE(apply("1", Order{"refused"}));
  EXPECT_EQ(rest("1"), "lost: unknown street");
  EXPECT_EQ(post.effect_ids.size(), 1u);
}

TEST_F(EngineTest, retries_end_after_the_configured_number) {
  ASSERT_TRUE(loop.run(engine->start()));
  post.answers["gone"] = std::vector<Result<void>>(10, busy());
  ASSERT_TRUE(apply("1", Order{"gone"}));
  EXPECT_EQ(rest("1"), "lost: the post is busy");
  EXPECT_EQ(post.effect_ids.size(), 4u);
}

TEST_F(EngineTest, an_entity_that_keeps_failing_is_set_aside_and_its_neighbour_goes_on) {
  ASSERT_TRUE(loop.run(engine->start()));
  post.answers["nowhere"] = std::vector<Result<void>>(4, busy());
  ASSERT_TRUE(apply("1", Order{"nowhere"}));
  ASSERT_TRUE(apply("2", Order{"here"}));
  EXPECT_EQ(rest("2"), "delivered");
  loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::minutes(10)));
  auto aside = loop.run(store->quarantined(acme));
  ASSERT_TRUE(aside);
  ASSERT_EQ(aside->size(), 1u);
  EXPECT_EQ(aside->front().entity, EntityId("1"));
  EXPECT_NE(aside->front().failure.reason.find("the post is busy"), std::string::npos);

  post.answers.clear();
  ASSERT_TRUE(loop.run(engine->retry(acme, "parcel", EntityId("1"))));
  EXPECT_EQ(rest("1"), "delivered");
}

TEST_F(EngineTest, the_log_tells_what_happened_and_what_comes_next) {
  engine->log_to(telemetry::Log(lines, loop.clock(), levels));
  ASSERT_TRUE(loop.run(engine->start()));
  post.answers["slow"] = {busy()};
  ASSERT_TRUE(apply("1", Order{"slow"}));
  EXPECT_EQ(rest("1"), "delivered");
  loop.run(engine->drain(async::Deadline::after(loop.clock(), std::chrono::seconds(1))));
  EXPECT_THAT(
      told(),
      ElementsAre(
          "info acme parcel.ordered slow 1: parcel.ordered by system; next: send",
          MatchesRegex("info acme send slow 1: attempt 1 of 4 failed, again in .* ms: the post is busy"),
          "info acme parcel.delivered  1: parcel.delivered by system"));
}

TEST_F(EngineTest, the_log_says_as_an_error_what_was_set_aside_and_why) {
  levels.level = telemetry::Severity::error;
  engine->log_to(telemetry::Log(lines, loop.clock(), levels));
  ASSERT_TRUE(loop.run(engine->start()));
  post.answers["slow"] = {busy()};
  post.answers["nowhere"] = std::vector<Result<void>>(4, busy());
  ASSERT_TRUE(apply("1", Order{"slow"}));
  ASSERT_TRUE(apply("2", Order{"nowhere"}));
  loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::minutes(10)));
  EXPECT_THAT(told(), ElementsAre("error acme send  2: a parcel is set aside until somebody retries it "
                                  "(send, attempt 4): the post is busy"))
      << "what is retried and then succeeds is nobody's concern";
}

TEST_F(EngineTest, what_an_earlier_run_left_is_picked_up_at_start) {
  post.answers["slow"] = {busy()};
  ASSERT_TRUE(apply("1", Order{"slow"}));
  close();
  post.answers.clear();
  open();
  ASSERT_TRUE(loop.run(engine->start()));
  EXPECT_EQ(rest("1"), "delivered");
}

TEST_F(EngineTest, an_illegal_event_changes_nothing) {
  ASSERT_TRUE(loop.run(engine->start()));
  ASSERT_TRUE(apply("1", Order{"here"}));
  EXPECT_EQ(rest("1"), "delivered");
  auto again = apply("1", Delivered{});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::illegal_transition);
}

TEST_F(EngineTest, an_event_tells_what_its_machine_said_of_it_when_it_happened) {
  ASSERT_TRUE(loop.run(engine->start()));
  ASSERT_TRUE(apply("1", Order{"here"}));
  ASSERT_EQ(rest("1"), "delivered");
  const auto events = loop.run(store->events_of(acme, 0, 10)).value();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].event.name, "parcel.ordered");
  EXPECT_EQ(events[0].event.body, R"({"state":"ordered"})");
  EXPECT_EQ(events[1].event.body, R"({"state":"delivered"})");
  EXPECT_EQ(events[1].event.version, 2u);
}

TEST_F(EngineTest, a_decision_without_change_writes_nothing) {
  ASSERT_TRUE(loop.run(engine->start()));
  ASSERT_TRUE(apply("1", Order{"here"}));
  ASSERT_EQ(rest("1"), "delivered");
  const auto before = store->counters().transactions;
  auto repeated = apply("1", Order{"here"});
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->entity.state, "delivered");
  EXPECT_EQ(store->counters().transactions, before);
}

TEST_F(EngineTest, what_has_changed_is_written_though_nobody_is_told_of_it) {
  ASSERT_TRUE(apply("1", Order{"silent"}));
  ASSERT_TRUE(apply("1", Redirect{"there"}));
  const auto record = loop.run(store->load(acme, ParcelMachine::kind(), EntityId("1")));
  ASSERT_TRUE(record && *record);
  EXPECT_EQ(ParcelMachine::decode((*record)->body, 1)->address, "there");
  EXPECT_EQ((*record)->version, 2u);
}

TEST_F(EngineTest, what_is_new_is_written_though_nobody_is_told_of_it) {
  ASSERT_TRUE(apply("1", Deposit{"shelf"}));
  const auto record = loop.run(store->load(acme, ParcelMachine::kind(), EntityId("1")));
  ASSERT_TRUE(record && *record);
  EXPECT_EQ(ParcelMachine::decode((*record)->body, 1)->address, "shelf");
}

TEST_F(EngineTest, time_alone_changes_what_is_due_and_deletes_what_has_ended) {
  ASSERT_TRUE(loop.run(engine->start()));
  post.answers["slow"] = std::vector<Result<void>>(4, busy());
  ASSERT_TRUE(apply("1", Order{"slow", loop.clock().now() + std::chrono::milliseconds(150)}));
  EXPECT_EQ(rest("1"), "late");
  loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::hours(2)));
  auto gone = loop.run(engine->load<ParcelMachine>(acme, EntityId("1")));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}

TEST_F(EngineTest, how_long_what_has_ended_is_kept_can_be_configured) {
  loop.run(scope->close());
  scope = std::make_unique<async::Scope>(loop.executor());
  engine::EngineConfig config{.keep_after_end = {{"parcel", std::chrono::minutes(1)}}};
  engine = std::make_unique<Engine>(*scope, loop.clock(), loop.random(), *store, std::move(config));
  engine->add<ParcelMachine>([this](Committed<Send> send) { return post.carry(std::move(send)); });
  ASSERT_TRUE(loop.run(engine->start()));
  ASSERT_TRUE(apply("1", Order{"here"}));
  EXPECT_EQ(rest("1"), "delivered");
  loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::seconds(50)));
  EXPECT_TRUE(loop.run(engine->load<ParcelMachine>(acme, EntityId("1"))));
  loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::seconds(20)));
  EXPECT_FALSE(loop.run(engine->load<ParcelMachine>(acme, EntityId("1"))));
}

TEST_F(EngineTest, what_has_expired_is_deleted_when_it_has_and_not_at_every_moment) {
  ASSERT_TRUE(loop.run(engine->start()));
  const auto expires = loop.clock().now() + std::chrono::hours(1);
  Command command{acme, EntityId("1")};
  command.single_use = {{"jti-1", expires}};
  ASSERT_TRUE(loop.run(engine->apply<ParcelMachine>(command, Order{"here"})));
  EXPECT_EQ(rest("1"), "delivered");
  const auto free_again = [&] {
    store::Transaction transaction;
    transaction.single_use = {{"jti-1", expires}};
    return loop.run(store->commit(acme, std::move(transaction))).has_value();
  };
  loop.run(loop.clock().wait_until(expires - std::chrono::seconds(1)));
  EXPECT_FALSE(free_again());
  loop.run(loop.clock().wait_until(expires + std::chrono::seconds(1)));
  EXPECT_TRUE(free_again()) << "its own moment, not the next multiple of some interval";
}

TEST_F(EngineTest, a_quarantine_tells_what_failed_and_how_often) {
  ASSERT_TRUE(loop.run(engine->start()));
  post.answers["nowhere"] = {fail(ErrorCode::peer_refused, "no such street")};
  ASSERT_TRUE(apply("1", Order{"nowhere"}));
  loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::seconds(1)));
  auto aside = loop.run(store->quarantined(acme)).value();
  ASSERT_EQ(aside.size(), 1u);
  EXPECT_EQ(aside[0].failure.effect, "send");
  EXPECT_EQ(aside[0].failure.attempts, 1u);
  EXPECT_EQ(engine->counters().set_aside, 1u);
}

TEST_F(EngineTest, a_single_use_token_serves_one_command) {
  ASSERT_TRUE(loop.run(engine->start()));
  const store::SingleUse token{"jti-1", loop.clock().now() + std::chrono::hours(1)};
  Command first{acme, EntityId("1")};
  first.single_use = {token};
  ASSERT_TRUE(loop.run(engine->apply<ParcelMachine>(first, Order{"here"})));
  Command second{acme, EntityId("2")};
  second.single_use = {token};
  auto replayed = loop.run(engine->apply<ParcelMachine>(second, Order{"here"}));
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code, ErrorCode::replayed);
  EXPECT_FALSE(loop.run(engine->load<ParcelMachine>(acme, EntityId("2"))));
}
