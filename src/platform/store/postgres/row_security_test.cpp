#include <gmock/gmock.h>

#include "platform/store/postgres/internal/link.hpp"
#include "platform/store/postgres/internal/place.hpp"
#include "platform/store/postgres/internal/read.hpp"
#include "platform/store/postgres/internal/slots.hpp"
#include "platform/store/postgres/internal/write.hpp"
#include "platform/store/sql/list.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using namespace kontor::platform::store::postgres;
using contract::asset_kind;
using kontor::testing::PostgresServer;
using protocol::query::where;
using ::testing::HasSubstr;

namespace {

/// A schema in which two contexts own one entity of each table, and a session of the working role beside the
/// store.
class RowSecurity : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto why = PostgresServer::missing()) GTEST_SKIP() << *why;
    place = std::make_unique<SchemaPlace>(shared_server());
    store = loop.run(place->open(loop.clock(), contract::all_kinds())).value();
    for (const char* context : {"acme", "globex"}) own_one_of_everything(ContextId(context));
    session = Connection::open({place->config().url, place->schema(), std::chrono::milliseconds(300),
                                std::chrono::seconds(5)})
                  .value();
  }
  void TearDown() override {
    if (store) loop.run(store->close());
  }

  void own_one_of_everything(const ContextId& context) {
    Transaction transaction{.puts = {{&asset_kind(), EntityId("a1"), 0, R"({"name":"wine"})"}},
                            .effects = {contract::effect("e1", "a1")},
                            .single_use = {{"token", loop.clock().now()}},
                            .events = {contract::event("asset.created", "a1")},
                            .audited = true};
    ASSERT_TRUE(loop.run(store->commit(context, std::move(transaction))));
    ASSERT_TRUE(loop.run(store->quarantine(context, "asset", EntityId("a1"), {"why"})));
  }

  /// The first value that a statement answers, or the error's text.
  std::string ask(std::vector<Command> before, std::string_view question) {
    before.insert(before.begin(), begin());
    before.push_back({question});
    before.push_back({"COMMIT"});
    auto answers = session->run(before);
    if (!answers) return answers.error().detail;
    const auto& rows = (*answers)[before.size() - 2];
    return rows.size() > 0 ? std::string(rows.text(0, 0)) : std::string(rows.tag());
  }
  std::string visible() { return ask({}, "SELECT count(*) FROM entities"); }

  kontor::testing::RealLoop loop;
  std::unique_ptr<SchemaPlace> place;
  std::unique_ptr<Store> store;
  std::unique_ptr<Connection> session;
  const Command acme = set_context(ContextId("acme"));
};

constexpr const char* tables[] = {"entities", "outbox", "events", "audit", "single_use", "quarantine"};

}  // namespace

TEST_F(RowSecurity, a_session_sees_the_rows_of_the_context_that_it_has_set_and_no_others) {
  for (const std::string table : tables) {
    EXPECT_EQ(ask({}, "SELECT count(*) FROM " + table), "0") << table;
    EXPECT_EQ(ask({acme}, "SELECT count(*) FROM " + table), "1") << table;
    EXPECT_EQ(ask({acme}, "SELECT min(context) FROM " + table), "acme") << table;
    EXPECT_EQ(ask({set_context(ContextId("nobody"))}, "SELECT count(*) FROM " + table), "0") << table;
  }
}

TEST_F(RowSecurity, rows_of_another_context_can_be_neither_written_nor_changed_nor_deleted) {
  EXPECT_THAT(ask({acme}, "INSERT INTO quarantine VALUES ('globex', 'k', 'e', 'r', 0, 0)"),
              HasSubstr("row-level security"));
  EXPECT_THAT(ask({acme}, "UPDATE entities SET context = 'globex'"), HasSubstr("row-level security"));
  EXPECT_EQ(ask({acme}, "UPDATE entities SET version = 9 WHERE context = 'globex'"), "UPDATE 0");
  EXPECT_EQ(ask({acme}, "DELETE FROM entities WHERE context = 'globex'"), "DELETE 0");
  EXPECT_EQ(ask({acme}, "DELETE FROM outbox"), "DELETE 1");
  EXPECT_EQ(shared_server().ask("SELECT count(*) FROM " + place->schema() + ".outbox"), "1");
}

TEST_F(RowSecurity, the_owner_is_bound_too) {
  auto owner = Connection::open({place->config().owner_url, place->schema(), std::chrono::seconds(5),
                                 std::chrono::seconds(5)})
                   .value();
  for (const std::string table : tables) {
    EXPECT_EQ(owner->run({{"SELECT count(*) FROM " + table}}).value()[0].text(0, 0), "0") << table;
  }
}

TEST_F(RowSecurity, the_working_role_sees_all_contexts_only_while_it_is_the_system_role) {
  const auto system = as_system(place->config().system_role);
  EXPECT_EQ(ask({system}, "SELECT count(*) FROM entities"), "2");
  EXPECT_EQ(visible(), "0");
  EXPECT_THAT(ask({system}, "UPDATE entities SET version = 9"), HasSubstr("permission denied"));
  EXPECT_THAT(ask({system}, "SELECT count(*) FROM audit"), HasSubstr("permission denied"));
  EXPECT_THAT(ask({}, "SELECT count(*) FROM leases"), HasSubstr("permission denied"));
}

TEST_F(RowSecurity, a_context_is_forgotten_after_a_commit) {
  EXPECT_EQ(ask({acme}, "SELECT count(*) FROM entities"), "1");
  EXPECT_EQ(visible(), "0");
  EXPECT_EQ(ask({}, "SELECT current_setting('kontor.context', true)"), "");
}

TEST_F(RowSecurity, a_context_is_forgotten_after_an_error) {
  for (const auto& scope : {acme, as_system(place->config().system_role)}) {
    EXPECT_THAT(ask({scope}, "SELECT 1 / (count(*) - count(*)) FROM entities"),
                HasSubstr("division by zero"));
    EXPECT_EQ(visible(), "0");
    EXPECT_THAT(ask({scope}, "SELECT no_such_column"), HasSubstr("does not exist"));
    EXPECT_EQ(visible(), "0");
  }
  EXPECT_TRUE(session->alive());
}

TEST_F(RowSecurity, a_context_is_forgotten_after_a_time_out) {
  EXPECT_THAT(ask({acme}, "SELECT pg_sleep(10)"), HasSubstr("statement timeout"));
  EXPECT_TRUE(session->alive());
  EXPECT_EQ(visible(), "0");
}

TEST_F(RowSecurity, a_context_is_forgotten_after_a_cancel) {
  session = Connection::open(
                {place->config().url, place->schema(), std::chrono::seconds(60), std::chrono::seconds(5)})
                .value();
  const auto process = ask({}, "SELECT pg_backend_pid()");
  std::thread other([&] {
    const auto& server = shared_server();
    const auto running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid = " + process;
    while (server.ask(running) == "0") std::this_thread::yield();
    server.ask("SELECT pg_cancel_backend(" + process + ")");
  });
  EXPECT_THAT(ask({acme}, "SELECT pg_sleep(60)"), HasSubstr("user request"));
  other.join();
  EXPECT_TRUE(session->alive());
  EXPECT_EQ(visible(), "0");
}

TEST_F(RowSecurity, a_context_is_forgotten_with_a_connection_that_breaks) {
  Link link({place->config().url, place->schema(), std::chrono::seconds(5), std::chrono::seconds(5)});
  EXPECT_FALSE(link.write({begin(), acme, {"SELECT pg_terminate_backend(pg_backend_pid())"}, commit()}));
  auto answers = link.write({begin(), {"SELECT count(*) FROM entities"}, commit()});
  ASSERT_TRUE(answers) << answers.error().message();
  EXPECT_EQ((*answers)[1].text(0, 0), "0");
}

TEST_F(RowSecurity, a_role_that_is_not_bound_is_refused_at_the_start) {
  auto config = place->config();
  config.url = shared_server().admin_url();
  auto opened = loop.run(open_postgres(loop.clock(), loop.random(), config, contract::all_kinds()));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("NOBYPASSRLS"));
}

TEST_F(RowSecurity, a_table_without_row_level_security_is_refused_at_the_start) {
  shared_server().execute("ALTER TABLE " + place->schema() + ".outbox NO FORCE ROW LEVEL SECURITY");
  auto opened = loop.run(place->open(loop.clock(), contract::all_kinds()));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("no forced row-level security"));
}

TEST_F(RowSecurity, the_audit_chain_only_grows) {
  EXPECT_THAT(ask({acme}, "DELETE FROM audit"), HasSubstr("permission denied"));
  EXPECT_THAT(ask({acme}, "UPDATE audit SET actor = 'nobody'"), HasSubstr("permission denied"));
}

TEST_F(RowSecurity, an_indexed_field_is_answered_by_its_index) {
  shared_server().execute(
      "INSERT INTO " + place->schema() +
      ".entities SELECT 'acme', 'asset', 'x' || n, 1, 1, NULL, 0, 0, '{}', 'name ' || n, NULL, NULL, "
      "NULL, NULL, NULL, n, NULL, n, NULL FROM generate_series(1, 20000) n; ANALYZE " +
      place->schema() + ".entities");
  Link link({place->config().url, place->schema(), std::chrono::seconds(5), std::chrono::seconds(5)});
  const auto slots = read_slots(*link.connection().value()).value().at("asset");
  const ContextId context("acme");
  const auto plan_of = [&](protocol::query::Predicate predicate) {
    const protocol::query::Query query{.where = std::move(predicate)};
    const auto list = sql::compile_list({&context, &asset_kind(), &query}, Dialect(slots)).value();
    const auto text = "EXPLAIN " + list.statement.text;
    Command explain{text};
    for (const auto& value : list.statement.values) explain.arguments.add(value);
    std::string plan;
    const auto answers = link.read({begin_read(), as_context(context), explain, commit()}).value();
    for (int row = 0; row < answers[2].size(); ++row) plan += std::string(answers[2].text(row, 0)) + "\n";
    return plan;
  };
  using protocol::query::Operator;
  EXPECT_THAT(plan_of(where("name", std::string("name 7"))), HasSubstr("text_1 = "));
  EXPECT_THAT(plan_of(where("name", Operator::in, {std::string("name 7"), std::string("name 8")})),
              HasSubstr("text_1 = ANY"));
  EXPECT_THAT(plan_of(where("count", std::int64_t{7})), HasSubstr("Index Cond"));
  EXPECT_THAT(plan_of(where("count", std::int64_t{7})), HasSubstr("number_1 = "));
  EXPECT_THAT(plan_of(where("startsAt", Operator::less, {std::int64_t{0}})), HasSubstr("instant_1 < "));
  for (const auto& predicate : {where("name", std::string("name 7")), where("count", std::int64_t{7}),
                                where("startsAt", Operator::less, {std::int64_t{0}})}) {
    const auto plan = plan_of(predicate);
    EXPECT_THAT(plan.substr(plan.find("Index Cond")), HasSubstr("_1")) << plan;
  }
}
