#include "platform/store/sealed/sealed_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/text/text.hpp"
#include "platform/store/sealed/test_places.hpp"

namespace kontor::platform::store::sealed {
namespace {

using contract::same_json;

constexpr entity::Field fields[] = {{"owner", "owner", entity::FieldType::text, true},
                                    {"list.id", "list[].id"}};
const Kind card{.name = "card", .fields = fields};
const Kind letter{.name = "letter"};
constexpr std::array<std::string_view, 3> card_members{"token", "subject.claims", "remarks"};
constexpr std::array<std::string_view, 1> letter_members{"token"};
constexpr std::array sealed_kinds{SealedKind{"card", card_members, SealedEffects::all},
                                  SealedKind{"letter", letter_members, SealedEffects::with_members}};

/// No base64url text and no id holds it by accident.
const std::string marker = "Zaphod*Beeblebrox";
const std::string body = R"({"owner":"acme","subject":{"id":"did:web:acme","claims":{"name":")" + marker +
                         R"("}},"token":")" + marker + R"(","remarks":[],"list":[{"id":"x"}],"n":1.5})";

class Sealed : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    if (auto why = GetParam().missing()) GTEST_SKIP() << *why;
    place = GetParam().make_place();
    plain = open_plain();
    vault = keys.open();
    store = open_sealed(*vault);
  }
  void TearDown() override {
    for (auto* each : {plain.get(), store.get(), beside.get()})
      if (each) loop.run(each->close());
  }

  std::unique_ptr<Store> open_plain() {
    static const Kind* const kinds[] = {&card, &letter};
    return std::move(loop.run(place->open(clock, kinds)).value());
  }
  std::unique_ptr<Store> open_sealed(vault::Vault& with) {
    return std::make_unique<SealedStore>(open_plain(), with, clock, keys.random(), Config{sealed_kinds});
  }

  ErrorCode put(Store& into, const ContextId& context, const std::string& id, const std::string& text,
                Version expected = 0, const Kind& kind = card) {
    auto done = loop.run(into.commit(context, {.puts = {{&kind, EntityId(id), expected, text}}}));
    return done ? ErrorCode{} : done.error().code;
  }
  void must_put(Store& into, const ContextId& context, const std::string& id, const std::string& text,
                Version expected = 0, const Kind& kind = card) {
    auto done = loop.run(into.commit(context, {.puts = {{&kind, EntityId(id), expected, text}}}));
    ASSERT_TRUE(done) << done.error().message();
  }
  /// The stored form, or the name of the error.
  std::string get(Store& from, const ContextId& context, const std::string& id, const Kind& kind = card) {
    auto record = loop.run(from.load(context, kind, EntityId(id)));
    if (!record) return std::string(record.error().row().name);
    return *record ? (*record)->body : "nothing";
  }
  /// Which data key a row is sealed with.
  std::string key_of(const ContextId& context, const std::string& id) {
    auto sealed = read_sealed(get(*plain, context, id)).value();
    return sealed ? sealed->key_id : "none";
  }
  std::size_t data_keys(const ContextId& context) {
    const auto names = loop.run(vault->list_secrets(context)).value();
    return static_cast<std::size_t>(
        std::ranges::count_if(names, [](const auto& name) { return name.str().starts_with("data-key/"); }));
  }
  std::vector<OutboxRow> pending(Store& from) {
    return loop.run(from.pending_effects(contract::system_scope, {}, 0, 100)).value();
  }

  const ContextId acme{"acme"};
  const ContextId globex{"globex"};
  kontor::testing::RealLoop loop;
  kontor::testing::VirtualClock clock{kontor::testing::VirtualLoop::start()};
  std::unique_ptr<contract::Place> place;
  VaultPlace keys;
  std::unique_ptr<vault::Vault> vault;
  std::unique_ptr<Store> plain;
  std::unique_ptr<Store> store;
  std::unique_ptr<Store> beside;
};

OutboxRow effect(const std::string& id, const std::string& entity) {
  return {.context = {},
          .id = EffectId(id),
          .kind = "card",
          .entity = EntityId(entity),
          .name = "send",
          .body = R"({"token":")" + marker + R"("})",
          .trace = ""};
}

/// Another character in the middle of what is sealed.
std::string damaged(std::string text) {
  auto& one = text[text.find("$sealed") + 60];
  one = one == 'A' ? 'B' : 'A';
  return text;
}

}  // namespace

TEST_P(Sealed, what_is_sealed_is_not_in_the_database_and_comes_back_as_it_was) {
  must_put(*store, acme, "c1", body);
  EXPECT_TRUE(same_json(get(*store, acme, "c1"), body));
  const contract::Query acmes{.where = protocol::query::where("owner", std::string("acme"))};
  auto page = loop.run(store->list(acme, card, acmes));
  ASSERT_TRUE(page && page->records.size() == 1);
  EXPECT_TRUE(same_json(page->records[0].body, body));
  auto all = loop.run(store->export_all(acme, "", 10));
  ASSERT_TRUE(all && all->records.size() == 1);
  EXPECT_TRUE(same_json(all->records[0].body, body));
  const auto raw = get(*plain, acme, "c1");
  EXPECT_FALSE(raw.contains(marker)) << raw;
  EXPECT_FALSE(raw.contains("claims")) << raw;
  EXPECT_TRUE(raw.contains("did:web:acme")) << "what is no secret stays";
}

TEST_P(Sealed, an_effect_is_sealed_as_a_whole_and_handed_out_open) {
  ASSERT_TRUE(loop.run(store->commit(acme, {.effects = {effect("e1", "c1")}})));
  ASSERT_EQ(pending(*plain).size(), 1u);
  EXPECT_FALSE(pending(*plain)[0].body.contains(marker)) << pending(*plain)[0].body;
  EXPECT_TRUE(same_json(pending(*store)[0].body, effect("e1", "c1").body));
}

TEST_P(Sealed, of_a_kind_that_says_so_the_effects_that_have_a_sealed_member_are_sealed_and_no_others) {
  auto secret = effect("e1", "l1");
  auto open = effect("e2", "l1");
  secret.kind = open.kind = "letter";
  secret.body = R"({"to":{"token":")" + marker + R"("}})";
  open.body = R"({"to":"globex"})";
  ASSERT_TRUE(loop.run(store->commit(acme, {.effects = {secret, open}})));
  const auto kept = pending(*plain);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_FALSE(kept[0].body.contains(marker)) << kept[0].body;
  EXPECT_TRUE(same_json(kept[1].body, open.body));
  EXPECT_TRUE(same_json(pending(*store)[0].body, secret.body));
  EXPECT_TRUE(same_json(pending(*store)[1].body, open.body));
}

TEST_P(Sealed, what_was_stored_before_is_read_as_it_is_and_sealed_with_its_next_write) {
  must_put(*plain, acme, "c1", body);
  EXPECT_TRUE(same_json(get(*store, acme, "c1"), body));
  must_put(*store, acme, "c1", body, 1);
  EXPECT_FALSE(get(*plain, acme, "c1").contains(marker));
  EXPECT_TRUE(same_json(get(*store, acme, "c1"), body));
}

TEST_P(Sealed, a_row_that_was_copied_to_another_context_kind_or_id_does_not_open) {
  must_put(*store, acme, "c1", body);
  must_put(*store, globex, "own", body);
  const auto raw = get(*plain, acme, "c1");
  must_put(*plain, acme, "c2", raw);
  must_put(*plain, globex, "c1", raw);
  must_put(*plain, acme, "c1", raw, 0, letter);
  EXPECT_EQ(get(*store, acme, "c2"), "internal");
  EXPECT_EQ(get(*store, globex, "c1"), "internal");
  EXPECT_EQ(get(*store, acme, "c1", letter), "internal");
  EXPECT_TRUE(same_json(get(*store, acme, "c1"), body));
}

TEST_P(Sealed, the_key_of_another_context_opens_nothing_though_it_has_the_same_name) {
  must_put(*store, acme, "c1", body);
  const vault::SecretName name("data-key/" + key_of(acme, "c1"));
  auto key = loop.run(vault->get_secret(acme, name)).value();
  ASSERT_TRUE(loop.run(vault->put_secret(globex, name, key)));
  must_put(*plain, globex, "c1", get(*plain, acme, "c1"));
  EXPECT_EQ(get(*store, globex, "c1"), "internal") << "even under the very same key";
}

TEST_P(Sealed, what_was_changed_does_not_open_and_harms_nobody_else) {
  must_put(*store, acme, "c1", body);
  must_put(*store, globex, "c1", body);
  must_put(*plain, acme, "c1", damaged(get(*plain, acme, "c1")), 1);
  EXPECT_EQ(get(*store, acme, "c1"), "internal");
  EXPECT_TRUE(same_json(get(*store, globex, "c1"), body));
}

TEST_P(Sealed, a_destroyed_key_makes_its_context_unreadable_and_no_other) {
  must_put(*store, acme, "c1", body);
  must_put(*store, globex, "c1", body);
  ASSERT_TRUE(loop.run(store->commit(acme, {.effects = {effect("e1", "c1")}})));
  ASSERT_TRUE(loop.run(vault->erase_context(acme)));
  EXPECT_EQ(get(*store, acme, "c1"), "internal");
  EXPECT_FALSE(loop.run(store->list(acme, card, {})));
  auto across = loop.run(store->list_across(contract::system_scope, card, {})).value();
  ASSERT_EQ(across.records.size(), 1u) << "the others are listed";
  EXPECT_EQ(across.records[0].context, globex);
  ASSERT_EQ(pending(*store).size(), 1u);
  EXPECT_FALSE(pending(*store)[0].body.contains(marker));
  must_put(*store, acme, "c2", body);
  EXPECT_TRUE(same_json(get(*store, acme, "c2"), body)) << "the context may be used anew";
}

TEST_P(Sealed, a_key_that_is_old_gets_a_successor_and_still_opens_what_it_sealed) {
  must_put(*store, acme, "c1", body);
  must_put(*store, acme, "c2", body);
  EXPECT_EQ(key_of(acme, "c1"), key_of(acme, "c2"));
  clock.advance(std::chrono::hours(24 * 91));
  must_put(*store, acme, "c3", body);
  EXPECT_NE(key_of(acme, "c1"), key_of(acme, "c3"));
  EXPECT_TRUE(same_json(get(*store, acme, "c1"), body));
  EXPECT_TRUE(same_json(get(*store, acme, "c3"), body));
  must_put(*store, acme, "c1", body, 1);
  EXPECT_EQ(key_of(acme, "c1"), key_of(acme, "c3")) << "the next write takes the new one";
  EXPECT_EQ(data_keys(acme), 2u);
}

TEST_P(Sealed, of_many_that_write_first_one_makes_the_key) {
  std::vector<Result<void>> results(20);
  async::Scope scope(loop.executor());
  const auto write = [](Store* into, ContextId context, int i, Result<void>* out) -> Task<void> {
    Transaction transaction{.puts = {{&card, EntityId(std::to_string(i)), 0, body}}};
    *out = co_await contract::write_to(into, std::move(context), std::move(transaction));
  };
  for (int i = 0; i < 20; ++i)
    scope.spawn(write(store.get(), acme, i, &results[static_cast<std::size_t>(i)]));
  loop.run(scope.drain());
  for (const auto& result : results) EXPECT_TRUE(result);
  EXPECT_EQ(data_keys(acme), 1u);
}

TEST_P(Sealed, replicas_that_share_the_vault_read_what_each_other_sealed) {
  const auto other = keys.open();
  beside = open_sealed(*other);
  must_put(*store, acme, "c1", body);
  must_put(*beside, acme, "c2", body);
  EXPECT_TRUE(same_json(get(*beside, acme, "c1"), body));
  EXPECT_TRUE(same_json(get(*store, acme, "c2"), body));
  ASSERT_TRUE(loop.run(vault->erase_context(acme)));
  must_put(*beside, acme, "c3", body);
  EXPECT_TRUE(same_json(get(*store, acme, "c3"), body)) << "nobody seals with a key that is gone";
  loop.run(beside->close());
  beside.reset();
}

TEST_P(Sealed, a_text_that_no_store_can_keep_is_refused_though_nobody_would_see_it) {
  EXPECT_EQ(put(*store, acme, "c1", R"({"token":"a\u0000b"})"), ErrorCode::invalid_input);
}

TEST_P(Sealed, where_nothing_is_secret_nothing_is_sealed) {
  const std::string open = R"({"owner":"acme","token":"","subject":{"claims":{}},"remarks":null})";
  must_put(*store, acme, "c1", open);
  EXPECT_TRUE(same_json(get(*plain, acme, "c1"), open));
  EXPECT_EQ(data_keys(acme), 0u);
}

INSTANTIATE_TEST_SUITE_P(Stores, Sealed, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

TEST(SealedKinds, what_is_sealed_cannot_be_a_field_that_is_asked_for) {
  const auto refused = [](std::string_view member) {
    const std::string_view members[] = {member};
    const SealedKind one[] = {{"card", members}};
    const Kind* const kinds[] = {&card};
    return !check_fields(kinds, one);
  };
  EXPECT_TRUE(refused("owner"));
  EXPECT_TRUE(refused("owner.name")) << "what is above it would be gone too";
  EXPECT_TRUE(refused("list"));
  EXPECT_TRUE(refused("list.id"));
  EXPECT_FALSE(refused("own"));
  EXPECT_FALSE(refused("list.name"));
  static const Kind free{.name = "card", .free_properties = "properties more"};
  const std::string_view members[] = {"more.secret"};
  const SealedKind one[] = {{"card", members}};
  const Kind* const kinds[] = {&free};
  EXPECT_FALSE(check_fields(kinds, one));
}

}  // namespace kontor::platform::store::sealed
