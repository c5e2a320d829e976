#pragma once

#include "platform/store/contract/fixture.hpp"

/// One context never sees another, call by call.
namespace kontor::platform::store::contract {

TEST_P(StoreContract, load_finds_nothing_of_another_context) {
  acme_owns_one_of_everything();
  EXPECT_TRUE(load(acme, "a1"));
  EXPECT_FALSE(load(globex, "a1"));
  EXPECT_FALSE(load(ContextId(), "a1"));
  EXPECT_FALSE(load(ContextId("acme' OR '1'='1"), "a1"));
}

TEST_P(StoreContract, list_and_count_find_nothing_of_another_context) {
  acme_owns_one_of_everything();
  for (const auto& query : {Query{}, Query{.where = where("name", std::string("secret"))},
                            Query{.where = where("name", Operator::is_not_null, {})}}) {
    EXPECT_EQ(ids(acme, query).size(), 1u);
    EXPECT_TRUE(ids(globex, query).empty());
    EXPECT_EQ(run(store->count(acme, asset_kind(), query)).value(), 1u);
    EXPECT_EQ(run(store->count(globex, asset_kind(), query)).value(), 0u);
  }
}

TEST_P(StoreContract, commit_changes_nothing_of_another_context) {
  acme_owns_one_of_everything();
  auto put = commit(globex, {.puts = {{&asset_kind(), EntityId("a1"), 1, "{}"}}});
  EXPECT_EQ(put.error().code, ErrorCode::version_conflict);
  auto remove = commit(globex, {.removes = {{&asset_kind(), EntityId("a1"), 1}}});
  EXPECT_EQ(remove.error().code, ErrorCode::version_conflict);
  must_commit(globex, {.effects_done = {EffectId("e1")}});
  must_commit(globex, {.effects_tried = {EffectId("e1")}});
  must_commit(globex, {.effects = {effect("e1", "a1")}});
  must_commit(globex, {.single_use = {{"token", clock.now() + std::chrono::hours(1)}}});
  EXPECT_TRUE(same_json(load(acme, "a1")->body, R"({"name":"secret"})"));
  ASSERT_EQ(pending().size(), 2u);
  EXPECT_EQ(pending()[0].context, acme);
  EXPECT_EQ(pending()[0].attempts, 0u);
}

TEST_P(StoreContract, an_effect_belongs_to_the_context_of_its_commit_whatever_it_says) {
  acme_owns_one_of_everything();
  auto row = effect("e2", "a1");
  row.context = acme;
  must_commit(globex, {.effects = {row}});
  ASSERT_EQ(pending().size(), 2u);
  EXPECT_EQ(pending()[1].context, globex);
}

TEST_P(StoreContract, export_and_audit_show_nothing_of_another_context) {
  acme_owns_one_of_everything();
  EXPECT_EQ(run(store->export_all(acme, "", 10)).value().records.size(), 1u);
  EXPECT_TRUE(run(store->export_all(globex, "", 10)).value().records.empty());
  EXPECT_EQ(audit(acme).size(), 1u);
  EXPECT_TRUE(audit(globex).empty());
}

TEST_P(StoreContract, erase_spares_other_contexts) {
  acme_owns_one_of_everything();
  ASSERT_TRUE(run(store->erase(globex)));
  EXPECT_TRUE(load(acme, "a1"));
  EXPECT_EQ(pending().size(), 1u);
  EXPECT_EQ(events().size(), 1u);
}

TEST_P(StoreContract, quarantine_is_seen_and_released_by_its_own_context_only) {
  acme_owns_one_of_everything();
  ASSERT_TRUE(run(store->quarantine(acme, "asset", EntityId("a1"), {"keeps failing"})));
  EXPECT_EQ(run(store->quarantined(acme)).value().size(), 1u);
  EXPECT_TRUE(run(store->quarantined(globex)).value().empty());
  auto foreign = run(store->release(globex, "asset", EntityId("a1")));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::not_found);
  EXPECT_EQ(run(store->quarantined(acme)).value().size(), 1u);
}

TEST_P(StoreContract, the_system_scope_sees_all_contexts) {
  acme_owns_one_of_everything();
  must_put(globex, "a1", "{}");
  auto page = run(store->list_across(system_scope, asset_kind(), {}));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->records.size(), 2u);
  EXPECT_EQ(page->records[0].context, acme);
  EXPECT_EQ(page->records[1].context, globex);
}

}  // namespace kontor::platform::store::contract
