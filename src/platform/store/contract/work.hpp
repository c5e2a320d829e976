#pragma once

#include "platform/store/contract/fixture.hpp"

/// What is to be done later: the outbox, due times, quarantine, events, audit, leases, sweeping, export and
/// erasure.
namespace kontor::platform::store::contract {

TEST_P(StoreContract, effects_come_back_in_order_of_commit_until_they_are_done) {
  must_commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, "{}"}},
                     .effects = {effect("e1", "a1"), effect("e2", "a1")}});
  must_commit(globex, {.effects = {effect("e1", "b1", R"({"to":"did:web:acme"})")}});
  must_commit(acme, {.effects = {effect("e3", "a1")}});
  auto rows = pending();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].id, EffectId("e1"));
  EXPECT_EQ(rows[1].id, EffectId("e2"));
  EXPECT_EQ(rows[2].context, globex);
  EXPECT_EQ(rows[3].id, EffectId("e3"));
  for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LT(rows[i - 1].sequence, rows[i].sequence);
  EXPECT_EQ(rows[2].kind, "asset");
  EXPECT_EQ(rows[2].entity, EntityId("b1"));
  EXPECT_EQ(rows[2].name, "send");
  EXPECT_EQ(rows[2].body, R"({"to":"did:web:acme"})");
  EXPECT_EQ(rows[2].trace, "00-trace-01");
  must_commit(acme, {.effects_done = {EffectId("e1"), EffectId("e3"), EffectId("never was")}});
  ASSERT_EQ(pending().size(), 2u);
  EXPECT_EQ(pending()[0].id, EffectId("e2"));
}

TEST_P(StoreContract, effects_are_read_in_pages_and_their_sequence_is_never_given_twice) {
  for (int i = 0; i < 5; ++i) must_commit(acme, {.effects = {effect("e" + std::to_string(i), "a1")}});
  auto first = pending(0, 2);
  ASSERT_EQ(first.size(), 2u);
  auto second = pending(first.back().sequence, 2);
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[0].id, EffectId("e2"));
  const auto last = pending().back().sequence;
  must_commit(acme, {.effects_done = {EffectId("e4")}});
  must_commit(acme, {.effects = {effect("e5", "a1")}});
  EXPECT_GT(pending().back().sequence, last);
}

TEST_P(StoreContract, an_effect_is_done_by_the_transaction_that_records_its_outcome) {
  must_put(acme, "a1", "{}");
  must_commit(acme, {.effects = {effect("e1", "a1")}});
  auto stale =
      commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 7, "{}"}}, .effects_done = {EffectId("e1")}});
  EXPECT_FALSE(stale);
  EXPECT_EQ(pending().size(), 1u);
  must_commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 1, "{}"}}, .effects_done = {EffectId("e1")}});
  EXPECT_TRUE(pending().empty());
}

TEST_P(StoreContract, what_came_of_an_effect_waits_for_no_sync_unless_it_orders_another) {
  const auto put = [](const char* id, Version expected) {
    return Put{&asset_kind(), EntityId(id), expected, "{}"};
  };
  must_commit(acme,
              {.puts = {put("a1", 0)},
               .effects = {effect("e1", "a1"), effect("e2", "a1"), effect("e3", "a1"), effect("e4", "a1")}});
  const auto before = store->counters().syncs;
  must_commit(acme, {.effects_done = {EffectId("e1")}});
  must_commit(acme, {.effects_tried = {EffectId("e2")}});
  must_commit(acme, {.puts = {put("a1", 1)}, .effects_done = {EffectId("e2")}});
  EXPECT_EQ(store->counters().syncs, before);
  must_commit(acme,
              {.puts = {put("a1", 2)}, .effects = {effect("e5", "a1")}, .effects_done = {EffectId("e3")}});
  EXPECT_EQ(store->counters().syncs, before + 1);
  must_commit(acme,
              {.effects_done = {EffectId("e4")}, .single_use = {{"k", clock.now() + std::chrono::hours(1)}}});
  EXPECT_EQ(store->counters().syncs, before + 2);
  must_commit(acme, {.puts = {put("a2", 0)}, .effects_tried = {EffectId("e5")}});
  EXPECT_EQ(store->counters().syncs, before + 3);
  reopen();
  ASSERT_EQ(pending().size(), 1u);
  EXPECT_EQ(pending()[0].id, EffectId("e5"));
  EXPECT_EQ(load(acme, "a1")->version, 3u);
}

TEST_P(StoreContract, attempts_of_an_effect_are_counted_over_restarts) {
  must_commit(acme, {.effects = {effect("e1", "a1"), effect("e2", "a1")}});
  must_commit(acme, {.effects_tried = {EffectId("e1")}});
  must_commit(acme, {.effects_tried = {EffectId("e1"), EffectId("e2")}});
  reopen();
  ASSERT_EQ(pending().size(), 2u);
  EXPECT_EQ(pending()[0].attempts, 2u);
  EXPECT_EQ(pending()[1].attempts, 1u);
}

TEST_P(StoreContract, an_effect_id_stands_for_one_effect) {
  must_commit(acme, {.effects = {effect("e1", "a1")}});
  auto again = commit(acme, {.effects = {effect("e1", "a2")}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
}

TEST_P(StoreContract, quarantine_holds_back_effects_and_due_times_until_the_release) {
  must_commit(acme,
              {.puts = {{&asset_kind(), EntityId("a1"), 0, "{}", clock.now()},
                        {&asset_kind(), EntityId("a2"), 0, "{}", clock.now() + std::chrono::seconds(1)}},
               .effects = {effect("e1", "a1"), effect("e2", "a2")}});
  must_commit(acme, {.effects_tried = {EffectId("e1")}});
  clock.advance(std::chrono::seconds(5));
  ASSERT_TRUE(run(store->quarantine(acme, "asset", EntityId("a1"), {"refused: no route", "send", 7})));
  ASSERT_EQ(pending().size(), 1u);
  EXPECT_EQ(pending()[0].id, EffectId("e2"));
  auto due = run(store->due(system_scope, asset_kind(), clock.now(), 10)).value();
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].id, EntityId("a2"));
  EXPECT_EQ(run(store->next_due(system_scope, asset_kind())).value(), due[0].due_at);

  auto held = run(store->quarantined(acme)).value();
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].entity, EntityId("a1"));
  EXPECT_EQ(held[0].kind, "asset");
  EXPECT_EQ(held[0].failure.reason, "refused: no route");
  EXPECT_EQ(held[0].failure.effect, "send");
  EXPECT_EQ(held[0].failure.attempts, 7u);
  EXPECT_EQ(held[0].since, clock.now());
  EXPECT_TRUE(load(acme, "a1"));

  ASSERT_TRUE(run(store->release(acme, "asset", EntityId("a1"))));
  EXPECT_EQ(pending().size(), 2u);
  EXPECT_EQ(run(store->due(system_scope, asset_kind(), clock.now(), 10)).value().size(), 2u);
  EXPECT_EQ(run(store->release(acme, "asset", EntityId("a1"))).error().code, ErrorCode::not_found);
}

TEST_P(StoreContract, a_second_quarantine_tells_the_newest_reason) {
  ASSERT_TRUE(run(store->quarantine(acme, "asset", EntityId("a1"), {"first"})));
  ASSERT_TRUE(run(store->quarantine(acme, "asset", EntityId("a1"), {"second"})));
  auto held = run(store->quarantined(acme)).value();
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].failure.reason, "second");
}

TEST_P(StoreContract, what_is_due_comes_earliest_first_over_all_contexts) {
  const auto at = [&](int minutes) { return clock.now() + std::chrono::minutes(minutes); };
  EXPECT_EQ(run(store->next_due(system_scope, asset_kind())).value(), std::nullopt);
  must_commit(acme, {.puts = {{&asset_kind(), EntityId("late"), 0, "{}", at(30)},
                              {&asset_kind(), EntityId("early"), 0, "{}", at(10)},
                              {&asset_kind(), EntityId("never"), 0, "{}"},
                              {&note_kind(), EntityId("note"), 0, "{}", at(1)}}});
  must_commit(globex, {.puts = {{&asset_kind(), EntityId("middle"), 0, "{}", at(20)}}});
  EXPECT_EQ(run(store->next_due(system_scope, asset_kind())).value(), at(10));
  const auto due = [&](int minutes, std::size_t limit) {
    std::vector<std::string> names;
    for (const auto& record : run(store->due(system_scope, asset_kind(), at(minutes), limit)).value()) {
      names.push_back(record.id.str());
    }
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(due(9, 10), Names{});
  EXPECT_EQ(due(20, 10), (Names{"early", "middle"}));
  EXPECT_EQ(due(60, 10), (Names{"early", "middle", "late"}));
  EXPECT_EQ(due(60, 1), Names{"early"});
  must_commit(acme, {.puts = {{&asset_kind(), EntityId("early"), 1, "{}"}}});
  EXPECT_EQ(run(store->next_due(system_scope, asset_kind())).value(), at(20));
}

TEST_P(StoreContract, events_are_read_back_in_order_of_commit) {
  must_commit(acme, {.events = {event("asset.created", "a1"), event("asset.changed", "a1", 2)}});
  clock.advance(std::chrono::seconds(1));
  must_commit(globex, {.events = {event("asset.created", "b1")}});
  auto rows = events();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].event.name, "asset.changed");
  EXPECT_EQ(rows[1].event.kind, "asset");
  EXPECT_EQ(rows[1].event.entity, EntityId("a1"));
  EXPECT_EQ(rows[1].event.version, 2u);
  EXPECT_EQ(rows[1].event.body, R"({"why":"test"})");
  EXPECT_EQ(rows[1].event.actor, "did:web:acme");
  EXPECT_EQ(rows[2].context, globex);
  EXPECT_EQ(rows[2].at, clock.now());
  EXPECT_EQ(events(rows[1].sequence).size(), 1u);
}

TEST_P(StoreContract, events_of_a_context_are_read_behind_the_last_that_was_seen) {
  EXPECT_EQ(run(store->last_event_of(acme)).value(), 0u);
  must_commit(acme, {.events = {event("asset.created", "a1")}});
  must_commit(globex, {.events = {event("asset.created", "b1")}});
  must_commit(acme, {.events = {event("asset.created", "a2"), event("asset.created", "a3")}});
  const auto all = run(store->events_of(acme, 0, 10)).value();
  ASSERT_EQ(all.size(), 3u);
  for (const auto& each : all) EXPECT_EQ(each.context, acme);
  EXPECT_EQ(all[2].event.entity, EntityId("a3"));
  EXPECT_EQ(all[2].at, clock.now());
  EXPECT_EQ(run(store->last_event_of(acme)).value(), all[2].sequence);
  const auto rest = run(store->events_of(acme, all[0].sequence, 1)).value();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].event.entity, EntityId("a2"));
  const auto foreign = run(store->events_of(globex, 0, 10)).value();
  ASSERT_EQ(foreign.size(), 1u);
  EXPECT_EQ(foreign[0].event.entity, EntityId("b1"));
}

TEST_P(StoreContract, each_audited_event_is_a_link_of_its_contexts_chain) {
  must_commit(acme,
              {.events = {event("asset.created", "a1"), event("asset.changed", "a1", 2)}, .audited = true});
  must_commit(globex, {.events = {event("asset.created", "b1")}, .audited = true});
  must_commit(acme, {.events = {event("asset.seen", "a1", 2)}});
  clock.advance(std::chrono::seconds(1));
  must_commit(acme, {.events = {event("asset.deleted", "a1", 3)}, .audited = true});
  auto rows = audit(acme);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_TRUE(verify_chain(acme, rows));
  EXPECT_EQ(rows[0].previous_hash, audit_genesis());
  EXPECT_EQ(rows[2].sequence, 3u);
  EXPECT_EQ(rows[2].event.name, "asset.deleted");
  EXPECT_EQ(rows[2].at, clock.now());
  EXPECT_EQ(rows[2].actor, "did:web:acme");
  EXPECT_TRUE(verify_chain(globex, audit(globex)));
  EXPECT_EQ(audit(acme, 1, 1).size(), 1u);
  EXPECT_TRUE(verify_chain(acme, audit(acme, 1), &rows[0]));
}

TEST_P(StoreContract, the_audit_chain_holds_under_concurrent_commits) {
  auto second = open();
  ASSERT_TRUE(second);
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < 200; ++i) {
    auto& target = i % 2 == 0 ? *store : *second;
    const auto& context = i % 5 == 0 ? globex : acme;
    tasks.push_back(write_to(&target, context,
                             {.events = {event("asset.seen", "a" + std::to_string(i))}, .audited = true}));
  }
  for (const auto& result : run_all(std::move(tasks))) EXPECT_TRUE(result) << result.error().message();
  EXPECT_EQ(audit(acme).size(), 160u);
  EXPECT_EQ(audit(globex).size(), 40u);
  EXPECT_TRUE(verify_chain(acme, audit(acme)));
  EXPECT_TRUE(verify_chain(globex, audit(globex)));
  run(second->close());
}

TEST_P(StoreContract, a_lease_has_one_holder_until_it_expires_or_is_released) {
  const auto acquire = [&](const std::string& owner) {
    return run(store->acquire_lease(system_scope, "sweeper", owner, std::chrono::seconds(10))).value();
  };
  auto first = acquire("one");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->owner, "one");
  EXPECT_EQ(first->expires_at, clock.now() + std::chrono::seconds(10));
  EXPECT_FALSE(acquire("two"));

  clock.advance(std::chrono::seconds(9));
  auto kept = acquire("one");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->fence, first->fence);
  EXPECT_EQ(kept->expires_at, clock.now() + std::chrono::seconds(10));
  clock.advance(std::chrono::seconds(9));
  EXPECT_FALSE(acquire("two"));

  clock.advance(std::chrono::seconds(1));
  auto second = acquire("two");
  ASSERT_TRUE(second);
  EXPECT_GT(second->fence, first->fence);
  EXPECT_FALSE(acquire("one"));

  ASSERT_TRUE(run(store->release_lease(system_scope, *first)));
  EXPECT_FALSE(acquire("one")) << "a lease that was lost releases nothing";
  ASSERT_TRUE(run(store->release_lease(system_scope, *second)));
  auto third = acquire("one");
  ASSERT_TRUE(third);
  EXPECT_GT(third->fence, second->fence);
  EXPECT_TRUE(run(store->acquire_lease(system_scope, "another", "two", std::chrono::seconds(1))).value());
}

TEST_P(StoreContract, a_sweep_deletes_what_has_expired_and_nothing_else) {
  must_commit(acme, {.single_use = {{"soon", clock.now() + std::chrono::minutes(1)},
                                    {"late", clock.now() + std::chrono::hours(24 * 30)}},
                     .events = {event("asset.created", "old")},
                     .audited = true});
  clock.advance(std::chrono::hours(24 * 8));
  must_commit(acme, {.events = {event("asset.created", "new")}});
  auto swept = run(store->sweep(system_scope, clock.now(), 10));
  ASSERT_TRUE(swept);
  EXPECT_FALSE(swept->more);
  EXPECT_EQ(swept->next, clock.now() + std::chrono::hours(24 * 7)) << "the event that is kept";
  must_commit(acme, {.single_use = {{"soon", clock.now() + std::chrono::minutes(1)}}});
  EXPECT_EQ(commit(acme, {.single_use = {{"late", clock.now()}}}).error().code, ErrorCode::replayed);
  ASSERT_EQ(events().size(), 1u);
  EXPECT_EQ(events()[0].event.entity, EntityId("new"));
  EXPECT_EQ(audit(acme).size(), 1u);
}

TEST_P(StoreContract, a_sweep_deletes_no_more_at_a_time_than_it_is_asked_to) {
  EXPECT_EQ(run(store->sweep(system_scope, clock.now(), 10)).value().next, std::nullopt);
  for (int i = 0; i < 5; ++i) {
    must_commit(acme, {.single_use = {{"key" + std::to_string(i), clock.now() + std::chrono::minutes(1)}},
                       .events = {event("asset.created", "a" + std::to_string(i))}});
  }
  clock.advance(std::chrono::hours(24 * 8));
  auto first = run(store->sweep(system_scope, clock.now(), 3)).value();
  EXPECT_TRUE(first.more);
  EXPECT_EQ(events().size(), 2u);
  auto second = run(store->sweep(system_scope, clock.now(), 3)).value();
  EXPECT_FALSE(second.more);
  EXPECT_EQ(second.next, std::nullopt);
  EXPECT_TRUE(events().empty());
  must_commit(acme, {.single_use = {{"key4", clock.now()}}});
}

TEST_P(StoreContract, an_export_is_complete_and_in_pages) {
  std::vector<std::string> expected;
  for (int i = 0; i < 7; ++i) {
    must_put(acme, "a" + std::to_string(i), R"({"name":"n"})");
    expected.push_back("asset/a" + std::to_string(i));
  }
  must_commit(acme, {.puts = {{&note_kind(), EntityId("a3"), 0, "{}"}}});
  must_put(globex, "b1", "{}");
  expected.push_back("note/a3");
  std::vector<std::string> exported;
  std::string cursor;
  for (int pages = 1;; ++pages) {
    auto page = run(store->export_all(acme, cursor, 3));
    ASSERT_TRUE(page) << page.error().message();
    for (const auto& record : page->records) exported.push_back(record.kind + "/" + record.id.str());
    if (!page->next) {
      EXPECT_EQ(pages, 3);
      break;
    }
    cursor = *page->next;
    EXPECT_EQ(run(store->export_all(globex, cursor, 3)).error().code, ErrorCode::invalid_input);
  }
  EXPECT_EQ(exported, expected);
  EXPECT_EQ(run(store->export_all(acme, "no cursor", 3)).error().code, ErrorCode::invalid_input);
}

TEST_P(StoreContract, erasing_a_context_leaves_its_audit_chain_and_nothing_else) {
  acme_owns_one_of_everything();
  must_commit(acme, {.puts = {{&note_kind(), EntityId("n1"), 0, "{}"}}});
  ASSERT_TRUE(run(store->quarantine(acme, "asset", EntityId("a2"), {"why"})));
  ASSERT_TRUE(run(store->erase(acme)));
  EXPECT_TRUE(run(store->export_all(acme, "", 10)).value().records.empty());
  EXPECT_TRUE(pending().empty());
  EXPECT_TRUE(events().empty());
  EXPECT_TRUE(run(store->quarantined(acme)).value().empty());
  EXPECT_TRUE(run(store->due(system_scope, asset_kind(), clock.now(), 10)).value().empty());
  must_commit(
      acme,
      {.single_use = {{"token", clock.now()}}, .events = {event("context.erased", "acme")}, .audited = true});
  EXPECT_EQ(audit(acme).size(), 2u);
  EXPECT_TRUE(verify_chain(acme, audit(acme)));
  ASSERT_TRUE(run(store->erase(ContextId("never was"))));
}

}  // namespace kontor::platform::store::contract
