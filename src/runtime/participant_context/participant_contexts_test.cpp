#include "runtime/participant_context/participant_contexts.hpp"

#include <gtest/gtest.h>

#include "runtime/participant_context/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::participant_context {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
using kontor::testing::detail::keep_at;

class ParticipantContextsTest : public ::testing::Test {
 protected:
  static std::vector<const entity::Kind*> kinds() {
    return {&ParticipantContextDocument::kind(), &ContextConfigDocument::kind(), &DataPlaneDocument::kind()};
  }
  ~ParticipantContextsTest() override { house.close(); }

  Result<platform::engine::Loaded<ParticipantContext>> create() {
    return loop.run(
        contexts.create({.id = acme, .identity = Did("did:web:acme"), .properties = {}}, "operator"));
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds()}};
  ContextId acme{"acme"};
  ParticipantContexts contexts{*house.engine, *house.vault};
};

}  // namespace

TEST_F(ParticipantContextsTest, a_context_exists_once) {
  ASSERT_TRUE(create());
  EXPECT_EQ(create().error().code, ErrorCode::conflict);
  EXPECT_EQ(loop.run(contexts.load(acme))->identity, Did("did:web:acme"));
}

TEST_F(ParticipantContextsTest, what_the_identity_services_have_of_a_context_is_theirs_to_remove) {
  house.open();
  const auto did = house.participant("acme");
  ASSERT_TRUE(create());
  ASSERT_TRUE(loop.run(contexts.remove(acme)));
  EXPECT_FALSE(loop.run(contexts.load(acme)));
  EXPECT_TRUE(loop.run(house.contexts->published_document(did)));
  ASSERT_TRUE(loop.run(house.contexts->remove(acme, "operator", house.soon())));
  EXPECT_FALSE(loop.run(house.contexts->published_document(did)));
}

TEST_F(ParticipantContextsTest, an_archive_of_a_connector_holds_what_it_has_and_no_access_of_others) {
  bind_export_route(*house.router, contexts, *house.archives);
  house.open();
  house.participant("acme");
  ASSERT_TRUE(create());
  const entity::Kind transfer{.name = "transfer-process"};
  platform::store::Transaction transaction;
  transaction.puts.push_back(
      {&transfer, EntityId("t"), 0, R"({"id":"t","dataAddress":{"token":"of another"}})"});
  ASSERT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
  const auto ask = [&](const std::string& context) {
    return house.ask(
        {.target = house.administration_url("/api/mgmt/v5beta/participants/" + context + "/export")});
  };
  const auto archive = ask("acme");
  EXPECT_EQ(archive.status, 200u);
  EXPECT_EQ(archive.headers.get("Content-Type"), "application/x-ndjson");
  for (const auto* there : {"participant-context", "transfer-process", R"("part":"connector")", "Signature"})
    EXPECT_TRUE(archive.body.text.contains(there)) << there;
  EXPECT_FALSE(archive.body.text.contains("of another"));
  EXPECT_FALSE(archive.body.text.contains("key-pair")) << "the identity services have their own";
  EXPECT_EQ(ask("nobody").status, 404u);
}

TEST_F(ParticipantContextsTest, an_identity_has_one_context) {
  ASSERT_TRUE(create());
  const auto second = loop.run(contexts.create(
      {.id = ContextId("other"), .identity = Did("did:web:acme"), .properties = {}}, "operator"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(ParticipantContextsTest, properties_are_replaced_and_the_identity_stays) {
  const ParticipantContext next{
      .id = acme, .identity = Did("did:web:acme"), .properties = {{"name", "Acme"}}};
  EXPECT_EQ(loop.run(contexts.update(acme, next, "operator")).error().code, ErrorCode::not_found);
  ASSERT_TRUE(create());
  EXPECT_TRUE(loop.run(contexts.update(acme, next, "operator")));
  EXPECT_EQ(loop.run(contexts.load(acme))->properties, next.properties);
  const ParticipantContext another{.id = acme, .identity = Did("did:web:another"), .properties = {}};
  EXPECT_EQ(loop.run(contexts.update(acme, another, "operator")).error().code, ErrorCode::conflict);
  EXPECT_EQ(loop.run(contexts.load(acme))->identity, Did("did:web:acme"));
}

TEST_F(ParticipantContextsTest, a_configuration_needs_its_participant_and_is_read_anew_after_a_change) {
  ParticipantContexts::Config change;
  change.entries.emplace("a", "b");
  EXPECT_EQ(loop.run(contexts.merge_config(acme, change, "operator")).error().code, ErrorCode::not_found);
  ASSERT_TRUE(create());
  EXPECT_EQ(loop.run(contexts.config(acme)).error().code, ErrorCode::not_found);
  ASSERT_TRUE(loop.run(contexts.merge_config(acme, change, "operator")));
  EXPECT_EQ(loop.run(contexts.config(acme))->entries.at("a"), "b");
  change.entries["a"] = "c";
  ASSERT_TRUE(loop.run(contexts.merge_config(acme, change, "operator")));
  EXPECT_EQ(loop.run(contexts.config(acme))->entries.at("a"), "c");
}

TEST_F(ParticipantContextsTest, a_context_that_was_removed_is_gone_for_who_read_it_at_the_same_time) {
  for (int round = 0; round < 40; ++round) {
    ASSERT_TRUE(create());
    platform::async::Scope scope(loop.executor());
    std::optional<Result<void>> removed;
    std::optional<Result<ParticipantContext>> read;
    std::optional<Result<std::vector<ParticipantContexts::DataPlane>>> planes;
    scope.spawn(keep_at(contexts.remove(acme), removed));
    for (int turn = 0; turn < round; ++turn) loop.run(loop.turn());
    scope.spawn(keep_at(contexts.load(acme), read));
    scope.spawn(keep_at(contexts.data_planes(acme), planes));
    loop.run(scope.drain());
    ASSERT_TRUE(removed && *removed);
    const auto found = loop.run(contexts.load(acme));
    ASSERT_FALSE(found) << "round " << round;
    EXPECT_EQ(found.error().code, ErrorCode::not_found);
  }
}

}  // namespace kontor::runtime::participant_context
