#pragma once

#include "platform/store/contract/fixture.hpp"

/// What a commit promises: all or nothing, optimistic versions, durable, within bounds.
namespace kontor::platform::store::contract {

TEST_P(StoreContract, what_is_committed_is_loaded_as_it_was) {
  const auto due = clock.now() + std::chrono::hours(1);
  must_commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, R"({"name":"wine","count":3})", due}}});
  auto record = load(acme, "a1");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->context, acme);
  EXPECT_EQ(record->kind, "asset");
  EXPECT_EQ(record->id, EntityId("a1"));
  EXPECT_EQ(record->version, 1u);
  EXPECT_EQ(record->codec_version, 3u);
  EXPECT_EQ(record->due_at, due);
  EXPECT_EQ(record->created_at, clock.now());
  EXPECT_EQ(record->updated_at, clock.now());
  EXPECT_TRUE(same_json(record->body, R"({"name":"wine","count":3})"));
  EXPECT_FALSE(load(acme, "a2"));
  EXPECT_FALSE(load(acme, "a1", note_kind()));
}

TEST_P(StoreContract, what_is_committed_is_there_after_opening_again) {
  must_commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, R"({"name":"wine"})"}},
                     .effects = {effect("e1", "a1")},
                     .events = {event("asset.created", "a1")},
                     .audited = true});
  reopen();
  EXPECT_TRUE(load(acme, "a1"));
  EXPECT_EQ(pending().size(), 1u);
  EXPECT_EQ(events().size(), 1u);
  EXPECT_EQ(audit(acme).size(), 1u);
  EXPECT_EQ(ids(acme, {.where = where("name", std::string("wine"))}), std::vector<std::string>{"a1"});
}

TEST_P(StoreContract, an_update_counts_the_version_and_keeps_the_time_of_creation) {
  const auto created = clock.now();
  must_put(acme, "a1", R"({"name":"wine"})");
  clock.advance(std::chrono::minutes(5));
  must_put(acme, "a1", R"({"name":"beer"})", 1);
  auto record = load(acme, "a1");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->version, 2u);
  EXPECT_EQ(record->created_at, created);
  EXPECT_EQ(record->updated_at, clock.now());
  EXPECT_TRUE(same_json(record->body, R"({"name":"beer"})"));
  EXPECT_EQ(record->due_at, std::nullopt);
}

TEST_P(StoreContract, a_stale_version_is_refused_and_changes_nothing) {
  must_put(acme, "a1", R"({"name":"wine"})");
  must_put(acme, "a1", R"({"name":"beer"})", 1);
  for (Version stale : {Version{1}, Version{3}}) {
    auto done = commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), stale, R"({"name":"rum"})"}}});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::version_conflict);
  }
  EXPECT_EQ(load(acme, "a1")->version, 2u);
  EXPECT_TRUE(same_json(load(acme, "a1")->body, R"({"name":"beer"})"));
}

TEST_P(StoreContract, what_exists_cannot_be_created_again) {
  must_put(acme, "a1", R"({"name":"wine"})");
  auto done = commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, R"({"name":"rum"})"}}});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::conflict);
  must_commit(acme, {.puts = {{&note_kind(), EntityId("a1"), 0, R"({"name":"another kind"})"}}});
  must_put(globex, "a1", R"({"name":"another context"})");
}

TEST_P(StoreContract, an_update_of_what_is_gone_is_a_version_conflict) {
  auto never = commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 1, "{}"}}});
  EXPECT_EQ(never.error().code, ErrorCode::version_conflict);
  must_put(acme, "a1", "{}");
  must_commit(acme, {.removes = {{&asset_kind(), EntityId("a1"), 1}}});
  auto gone = commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 1, "{}"}}});
  EXPECT_EQ(gone.error().code, ErrorCode::version_conflict);
}

TEST_P(StoreContract, a_remove_needs_the_version_that_was_loaded) {
  must_put(acme, "a1", "{}");
  must_put(acme, "a1", "{}", 1);
  auto stale = commit(acme, {.removes = {{&asset_kind(), EntityId("a1"), 1}}});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::version_conflict);
  EXPECT_TRUE(load(acme, "a1"));
  must_commit(acme, {.removes = {{&asset_kind(), EntityId("a1"), 2}}});
  EXPECT_FALSE(load(acme, "a1"));
  must_put(acme, "a1", R"({"name":"again"})");
  EXPECT_EQ(load(acme, "a1")->version, 1u);
}

TEST_P(StoreContract, a_transaction_that_fails_in_one_part_writes_no_part) {
  must_put(acme, "taken", "{}");
  must_commit(acme, {.effects = {effect("old", "taken")}});
  Transaction transaction{
      .puts = {{&asset_kind(), EntityId("new"), 0, "{}"}, {&asset_kind(), EntityId("taken"), 0, "{}"}},
      .effects = {effect("e1", "new")},
      .effects_done = {EffectId("old")},
      .effects_tried = {EffectId("old")},
      .single_use = {{"token", clock.now() + std::chrono::hours(1)}},
      .events = {event("asset.created", "new")},
      .audited = true};
  auto done = commit(acme, transaction);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::conflict);
  EXPECT_FALSE(load(acme, "new"));
  ASSERT_EQ(pending().size(), 1u);
  EXPECT_EQ(pending()[0].id, EffectId("old"));
  EXPECT_EQ(pending()[0].attempts, 0u);
  EXPECT_TRUE(events().empty());
  EXPECT_TRUE(audit(acme).empty());
  transaction.puts.pop_back();
  must_commit(acme, transaction);  // its token was not used up
}

TEST_P(StoreContract, of_two_writers_of_one_version_one_wins) {
  must_put(acme, "a1", R"({"count":0})");
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < 20; ++i) {
    tasks.push_back(
        write_to(store.get(), acme,
                 {.puts = {{&asset_kind(), EntityId("a1"), 1, R"({"count":)" + std::to_string(i) + "}"}},
                  .effects = {effect("e" + std::to_string(i), "a1")}}));
  }
  int won = 0;
  for (const auto& result : run_all(std::move(tasks))) {
    won += result.has_value();
    if (!result) EXPECT_EQ(result.error().code, ErrorCode::version_conflict);
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(load(acme, "a1")->version, 2u);
  EXPECT_EQ(pending().size(), 1u);
}

TEST_P(StoreContract, two_stores_on_the_same_data_see_each_other) {
  auto second = open();
  ASSERT_TRUE(second);
  must_put(acme, "a1", R"({"count":0})");
  auto seen = run(second->load(acme, asset_kind(), EntityId("a1")));
  ASSERT_TRUE(seen && *seen);
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < 10; ++i) {
    auto& target = i % 2 == 0 ? *store : *second;
    tasks.push_back(
        write_to(&target, acme, {.puts = {{&asset_kind(), EntityId("a1"), 1, R"({"count":1})"}}}));
  }
  int won = 0;
  for (const auto& result : run_all(std::move(tasks))) won += result.has_value();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(load(acme, "a1")->version, 2u);
  run(second->close());
}

TEST_P(StoreContract, a_key_of_single_use_is_taken_once) {
  const auto later = clock.now() + std::chrono::hours(1);
  must_commit(acme, {.single_use = {{"token-1", later}, {"token-2", later}}});
  auto again =
      commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, "{}"}}, .single_use = {{"token-2", later}}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::replayed);
  EXPECT_FALSE(load(acme, "a1"));
  auto twice = commit(acme, {.single_use = {{"token-3", later}, {"token-3", later}}});
  EXPECT_EQ(twice.error().code, ErrorCode::replayed);
  must_commit(globex, {.single_use = {{"token-1", later}}});
}

TEST_P(StoreContract, of_many_that_use_one_key_at_once_one_wins) {
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < 20; ++i) {
    tasks.push_back(write_to(store.get(), acme,
                             {.puts = {{&asset_kind(), EntityId("a" + std::to_string(i)), 0, "{}"}},
                              .single_use = {{"token", clock.now() + std::chrono::hours(1)}}}));
  }
  int won = 0;
  for (const auto& result : run_all(std::move(tasks))) {
    won += result.has_value();
    if (!result) EXPECT_EQ(result.error().code, ErrorCode::replayed);
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(ids(acme).size(), 1u);
}

TEST_P(StoreContract, large_bodies_and_every_script_come_back) {
  const std::string text = "Kontor · Бряндж · 貿易 · 🜂 \\\" \\\\ \\n \\t ' \\u0001";
  std::string large;
  while (large.size() < 2 * 1024 * 1024) large += "0123456789abcdef";
  const std::string body =
      R"({"name":")" + text + R"(","large":")" + large + R"(","über":[1.5,-7,true,null,{}]})";
  const std::string id = "urn:x-貿易:'\"; DROP TABLE entities; --%_\\";
  must_put(acme, id, body);
  auto record = load(acme, id);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->id.str(), id);
  auto stored = json::parse(record->body, {.bytes_max = 16 * 1024 * 1024});
  auto put = json::parse(body, {.bytes_max = 16 * 1024 * 1024});
  ASSERT_TRUE(stored && put);
  EXPECT_TRUE(json::equal(*stored, *put));
}

TEST_P(StoreContract, what_cannot_be_stored_is_refused_with_its_reason) {
  const auto code = [&](const ContextId& context, Transaction transaction) {
    auto done = commit(context, std::move(transaction));
    return done ? ErrorCode::internal : done.error().code;
  };
  const auto put = [](std::string id, std::string body) {
    return Transaction{.puts = {{&asset_kind(), EntityId(std::move(id)), 0, std::move(body)}}};
  };
  EXPECT_EQ(code(acme, put("a1", "{")), ErrorCode::invalid_input);
  EXPECT_EQ(code(acme, put("a1", "")), ErrorCode::invalid_input);
  EXPECT_EQ(code(acme, put("a1", R"({"name":"a\u0000b"})")), ErrorCode::invalid_input);
  EXPECT_EQ(code(acme, put("a1", "{\"name\":\"\xff\"}")), ErrorCode::invalid_input);
  EXPECT_EQ(code(acme, put(std::string("a\0b", 3), "{}")), ErrorCode::invalid_input);
  EXPECT_EQ(code(acme, put("a\nb", "{}")), ErrorCode::invalid_input);
  EXPECT_EQ(code(acme, put("", "{}")), ErrorCode::invalid_input);
  EXPECT_EQ(code(acme, put(std::string(1025, 'x'), "{}")), ErrorCode::invalid_input);
  EXPECT_EQ(code(ContextId(), put("a1", "{}")), ErrorCode::invalid_input);
  EXPECT_EQ(code(acme, put("a1", '"' + std::string(17 * 1024 * 1024, 'x') + '"')), ErrorCode::too_large);
  auto twice = put("a1", "{}");
  twice.removes.push_back({&asset_kind(), EntityId("a1"), 1});
  EXPECT_EQ(code(acme, twice), ErrorCode::invalid_input);
  EXPECT_TRUE(ids(acme).empty());
  must_put(acme, std::string(1024, 'x'), R"({"name":"a\\u0000b"})");
}

TEST_P(StoreContract, one_bad_transaction_spoils_none_that_is_committed_beside_it) {
  must_put(acme, "taken", "{}");
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < 60; ++i) {
    auto id = EntityId("a" + std::to_string(i));
    Put put{&asset_kind(), id, 0, "{}"};
    if (i % 3 == 1) put = {&asset_kind(), EntityId("taken"), 0, "{}"};
    if (i % 3 == 2) put.body = "{broken";
    tasks.push_back(
        write_to(store.get(), acme, {.puts = {put}, .effects = {effect("e" + std::to_string(i), id.str())}}));
  }
  const auto results = run_all(std::move(tasks));
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (i % 3 == 0) EXPECT_TRUE(results[i]) << results[i].error().message();
    if (i % 3 == 1) EXPECT_EQ(results[i].error().code, ErrorCode::conflict);
    if (i % 3 == 2) EXPECT_EQ(results[i].error().code, ErrorCode::invalid_input);
  }
  EXPECT_EQ(ids(acme).size(), 21u);
  EXPECT_EQ(pending().size(), 20u);
}

}  // namespace kontor::platform::store::contract
