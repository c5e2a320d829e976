#include "runtime/erasure/erasure.hpp"

#include <gtest/gtest.h>

#include "testing/house/house.hpp"

namespace kontor::runtime::erasure {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
namespace store = platform::store;

const entity::Kind note{.name = "note"};
const entity::Kind letter{.name = "letter"};

class Erasure : public ::testing::Test {
 protected:
  void keep(const entity::Kind& kind, const std::string& id, const ContextId& context = ContextId("acme")) {
    store::Transaction transaction;
    transaction.puts.push_back({&kind, EntityId(id), 0, "{}"});
    transaction.effects.push_back({context, store::EffectId("of " + context.str() + id),
                                   std::string(kind.name), EntityId(id), "send", "{}", ""});
    ASSERT_TRUE(loop.run(house.store->commit(context, std::move(transaction))));
  }
  std::size_t kept(const std::string& context = "acme") {
    return loop.run(house.store->export_all(ContextId(context), "", 1000)).value().records.size();
  }
  std::size_t pending() {
    return loop.run(house.store->pending_effects(store::SystemScope("a test"), {}, 0, 1000)).value().size();
  }
  Result<void> remove_notes() {
    return loop.run(remove_entities(*house.engine, ContextId("acme"),
                                    [](std::string_view kind) { return kind == "note"; }));
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = {&note, &letter}}};
};

}  // namespace

TEST_F(Erasure, an_entity_goes_with_what_was_still_to_be_done_about_it) {
  for (int i = 0; i < 450; ++i) keep(note, "n" + std::to_string(i));
  ASSERT_EQ(pending(), 450u);
  ASSERT_TRUE(remove_notes());
  EXPECT_EQ(kept(), 0u);
  EXPECT_EQ(pending(), 0u);
  EXPECT_TRUE(remove_notes());
}

TEST_F(Erasure, kinds_that_are_not_meant_stay) {
  keep(note, "a");
  keep(letter, "b");
  keep(note, "c", ContextId("globex"));
  ASSERT_TRUE(remove_notes());
  EXPECT_EQ(kept(), 1u);
  EXPECT_EQ(kept("globex"), 1u);
  EXPECT_EQ(pending(), 2u);
  const auto any = [](std::string_view) { return true; };
  EXPECT_TRUE(loop.run(has_entities(*house.engine, ContextId("acme"), any)).value());
  EXPECT_FALSE(loop.run(has_entities(*house.engine, ContextId("nobody"), any)).value());
}

TEST_F(Erasure, whoever_acts_for_the_context_acts_for_it_no_more) {
  const auto installation = store::installation_context();
  const auto map = [&](const std::string& id, const std::string& context) {
    const auto stored = R"({"participantContext":")" + context + R"("})";
    ASSERT_TRUE(
        loop.run(house.engine->put_stored(kind_of_mappings(), {installation, EntityId(id)}, stored, 0)));
  };
  for (int i = 0; i < 250; ++i) map("m" + std::to_string(i), "acme");
  map("other", "globex");
  ASSERT_TRUE(loop.run(remove_mappings(*house.engine, ContextId("acme"))));
  const auto left = loop.run(house.engine->list_stored(installation, kind_of_mappings(), {})).value();
  ASSERT_EQ(left.records.size(), 1u);
  EXPECT_EQ(left.records.front().id, EntityId("other"));
  EXPECT_TRUE(loop.run(remove_mappings(*house.engine, ContextId("acme"))));
}

TEST_F(Erasure, what_was_set_aside_goes_too) {
  keep(note, "a");
  ASSERT_TRUE(loop.run(house.store->quarantine(ContextId("acme"), "note", EntityId("a"), {"it failed"})));
  ASSERT_EQ(pending(), 0u);
  ASSERT_TRUE(remove_notes());
  EXPECT_EQ(kept(), 0u);
  EXPECT_TRUE(loop.run(house.store->quarantined(ContextId("acme"))).value().empty());
  EXPECT_EQ(pending(), 0u);
}

}  // namespace kontor::runtime::erasure
