#pragma once

#include "platform/store/contract/fixture.hpp"

/// Who carries out which effects when several processes share a store, and what is set aside.
namespace kontor::platform::store::contract {

using Ids = std::vector<std::string>;

/// Commits one effect of an entity for a carrier; true when it waits.
inline bool StoreContract::leave(const std::string& carrier, const std::string& id, const std::string& entity,
                                 std::string kind) {
  auto row = effect(id, entity);
  row.kind = std::move(kind);
  auto receipt = run(store->commit(acme, {.effects = {row}, .carrier = carrier}));
  EXPECT_TRUE(receipt) << receipt.error().message();
  return receipt && receipt->effects_wait;
}

inline Ids StoreContract::effects_of(EffectFilter filter) {
  Ids ids;
  for (const auto& row : run(store->pending_effects(system_scope, std::move(filter), 0, 100)).value()) {
    ids.push_back(row.id.str());
  }
  return ids;
}

inline std::optional<Lease> StoreContract::hold(const std::string& carrier) {
  return run(store->acquire_lease(system_scope, carrier, carrier, std::chrono::seconds(10))).value();
}

inline Claimed StoreContract::claim(const std::string& carrier, std::vector<std::string> kinds) {
  return run(store->claim_effects(system_scope, carrier, std::move(kinds))).value();
}

TEST_P(StoreContract, effects_are_asked_for_by_carrier_and_by_entity) {
  EXPECT_FALSE(leave("one", "e1", "a1"));
  EXPECT_FALSE(leave("two", "e2", "a2"));
  EXPECT_FALSE(leave("", "e3", "a3"));
  must_commit(globex, {.effects = {effect("e1", "a1")}, .carrier = "one"});
  EXPECT_EQ(effects_of({}), (Ids{"e1", "e2", "e3", "e1"}));
  EXPECT_EQ(effects_of({.carrier = "one"}), (Ids{"e1", "e1"}));
  EXPECT_EQ(effects_of({.carrier = "one", .context = acme, .kind = "asset", .entity = EntityId("a1")}),
            Ids{"e1"});
  EXPECT_EQ(effects_of({.carrier = "two", .context = acme, .kind = "asset", .entity = EntityId("a1")}),
            Ids{});
}

TEST_P(StoreContract, effects_of_an_entity_stay_with_their_carrier_while_one_is_pending) {
  EXPECT_FALSE(leave("one", "e1", "a1"));
  EXPECT_TRUE(leave("two", "e2", "a1")) << "they would overtake what another carrier has";
  EXPECT_EQ(effects_of({.carrier = "one"}), (Ids{"e1", "e2"}));
  EXPECT_FALSE(leave("two", "e3", "a2"));
  must_commit(acme, {.effects_done = {EffectId("e1"), EffectId("e2")}});
  EXPECT_FALSE(leave("two", "e4", "a1")) << "nothing is pending any more";
  EXPECT_EQ(effects_of({.carrier = "two"}), (Ids{"e3", "e4"}));
}

TEST_P(StoreContract, who_commits_behind_effects_that_others_left_to_it_is_told_to_look) {
  EXPECT_FALSE(leave("one", "e1", "a1"));
  EXPECT_FALSE(leave("one", "e2", "a1")) << "it knows what it committed itself";
  EXPECT_TRUE(leave("two", "e3", "a1"));
  EXPECT_TRUE(leave("one", "e4", "a1")) << "it may not know of e3 yet";
  must_commit(acme, {.effects_done = {EffectId("e3")}});
  EXPECT_FALSE(leave("one", "e5", "a1"));
}

TEST_P(StoreContract, effects_of_a_carrier_without_a_lease_are_claimed_once) {
  ASSERT_TRUE(hold("one"));
  ASSERT_TRUE(hold("two"));
  leave("one", "e1", "a1");
  leave("one", "e2", "n1", "note");
  leave("two", "e3", "a2");
  leave("gone", "e4", "a3");
  auto first = claim("two");
  EXPECT_EQ(first.effects, 1u) << "only what belongs to nobody who lives";
  EXPECT_EQ(first.next, clock.now() + std::chrono::seconds(10));
  EXPECT_EQ(effects_of({.carrier = "two"}), (Ids{"e3", "e4"}));

  clock.advance(std::chrono::seconds(10));
  ASSERT_TRUE(hold("two"));
  auto second = claim("two");
  EXPECT_EQ(second.effects, 1u);
  EXPECT_EQ(second.next, std::nullopt);
  EXPECT_EQ(effects_of({.carrier = "two"}), (Ids{"e1", "e3", "e4"}));
  EXPECT_EQ(effects_of({.carrier = "one"}), Ids{"e2"}) << "nobody asked for this kind";
  ASSERT_TRUE(hold("three"));
  EXPECT_EQ(claim("three", {"asset", "note"}).effects, 1u);
  EXPECT_EQ(claim("two", {"asset", "note"}).effects, 0u);
  EXPECT_TRUE(leave("two", "e5", "a1")) << "e1 came from somebody else";
}

TEST_P(StoreContract, a_lease_that_was_given_back_holds_no_effects) {
  auto lease = hold("one");
  ASSERT_TRUE(lease);
  leave("one", "e1", "a1");
  ASSERT_TRUE(run(store->release_lease(system_scope, *lease)));
  ASSERT_TRUE(hold("two"));
  EXPECT_EQ(claim("two").effects, 1u);
}

TEST_P(StoreContract, of_two_that_claim_at_once_each_effect_goes_to_one) {
  auto second = open();
  ASSERT_TRUE(second);
  ASSERT_TRUE(hold("one"));
  ASSERT_TRUE(hold("two"));
  for (int i = 0; i < 50; ++i) leave("gone", "e" + std::to_string(i), "a" + std::to_string(i));
  std::vector<Task<Result<void>>> tasks;
  const auto claiming = [](Store* target, std::string carrier) -> Task<Result<void>> {
    auto claimed = co_await target->claim_effects(system_scope, carrier, {"asset"});
    if (!claimed) co_return fail(std::move(claimed.error()));
    co_return Result<void>{};
  };
  tasks.push_back(claiming(store.get(), "one"));
  tasks.push_back(claiming(second.get(), "two"));
  for (const auto& result : run_all(std::move(tasks))) EXPECT_TRUE(result) << result.error().message();
  const auto one = effects_of({.carrier = "one"}).size();
  const auto two = effects_of({.carrier = "two"}).size();
  EXPECT_TRUE((one == 50 && two == 0) || (one == 0 && two == 50)) << one << " and " << two;
  run(second->close());
}

TEST_P(StoreContract, effects_of_a_quarantined_entity_wait_for_its_release) {
  EXPECT_FALSE(leave("", "e1", "a1"));
  ASSERT_TRUE(run(store->quarantine(acme, "asset", EntityId("a1"), {"refused", "send", 3})));
  EXPECT_TRUE(leave("", "e2", "a1"));
  EXPECT_EQ(effects_of({}), Ids{});
  ASSERT_TRUE(run(store->release(acme, "asset", EntityId("a1"))));
  EXPECT_EQ(effects_of({}), (Ids{"e1", "e2"}));
}

TEST_P(StoreContract, what_is_set_aside_is_listed_over_all_contexts_in_pages) {
  for (const auto& context : {globex, acme}) {
    for (const std::string id : {"a2", "a1"}) {
      ASSERT_TRUE(run(store->quarantine(context, "asset", EntityId(id), {"refused", "send", 3})));
    }
    ASSERT_TRUE(run(store->quarantine(context, "note", EntityId("n1"), {"late"})));
  }
  std::vector<std::string> all;
  QuarantineQuery query{.limit = 2};
  for (;;) {
    auto page = run(store->quarantined_across(system_scope, query)).value();
    if (page.empty()) break;
    for (const auto& each : page)
      all.push_back(each.kind + "/" + each.context.str() + "/" + each.entity.str());
    query.after = QuarantineQuery::Place{page.back().kind, page.back().context, page.back().entity};
  }
  EXPECT_EQ(all, (Ids{"asset/acme/a1", "asset/acme/a2", "asset/globex/a1", "asset/globex/a2", "note/acme/n1",
                      "note/globex/n1"}));
  auto notes = run(store->quarantined_across(system_scope, {.kind = "note"})).value();
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0].failure.reason, "late");
  EXPECT_EQ(notes[0].since, clock.now());
}

TEST_P(StoreContract, erasing_a_context_tells_of_each_entity_that_goes) {
  must_put(acme, "a1", "{}");
  must_put(acme, "a2", "{}");
  must_put(globex, "a1", "{}");
  std::vector<std::string> told;
  store->on_change([&](const Change& change) {
    told.push_back(change.context.str() + "/" + change.kind + "/" + change.entity.str() + "@" +
                   std::to_string(change.version));
  });
  ASSERT_TRUE(run(store->erase(acme)));
  EXPECT_THAT(told, ::testing::UnorderedElementsAre("acme/asset/a1@0", "acme/asset/a2@0"));
}

}  // namespace kontor::platform::store::contract
