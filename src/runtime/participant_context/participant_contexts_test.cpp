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

  unsigned create_as(const std::string& id, const std::string& identity) {
    platform::http::Request request{
        "POST", house.administration_url("/api/mgmt/v5beta/participants"), {}, {}};
    request.headers.set("Content-Type", "application/json");
    request.body.text = fmt::format(
        R"({{"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"ParticipantContext",)"
        R"("@id":"{}","identity":"{}","properties":{{}}}})",
        id, identity);
    return house.ask(std::move(request)).status;
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

TEST_F(ParticipantContextsTest, an_identity_that_is_ours_to_give_has_one_context) {
  bind_routes(*house.router, contexts, *house.contexts);
  house.open();
  const auto given = house.participant("initech");
  EXPECT_EQ(create_as("acme", "did:web:example.org:acme"), 200u);
  EXPECT_EQ(create_as("other", "did:web:example.org:acme"), 409u);
  EXPECT_EQ(create_as("acme", "did:web:example.org:acme"), 409u) << "it exists";
  EXPECT_EQ(create_as("other", given.str()), 409u) << "the identity services gave it to another";
  EXPECT_EQ(create_as("initech", given.str()), 200u);
}

TEST_F(ParticipantContextsTest, nobody_is_made_of_what_belongs_to_the_installation) {
  bind_routes(*house.router, contexts, *house.contexts);
  house.open();
  const auto installation = platform::store::installation_context();
  EXPECT_EQ(create_as(installation.str(), "did:web:example.org:acme"), 400u);
  EXPECT_FALSE(loop.run(contexts.load(installation)));
}

TEST_F(ParticipantContextsTest, who_only_names_an_identity_is_in_nobodys_way_and_who_has_proven_it_has_it) {
  bind_routes(*house.router, contexts, *house.contexts);
  house.open();
  const std::string along = "did:web:acme.example";
  EXPECT_EQ(create_as("squatter", along), 200u);
  EXPECT_EQ(create_as("acme", along), 200u);
  identity::NewIdentityContext order;
  order.context.id = acme;
  order.context.did = Did(along);
  order.keys = {{.key_id = along + "#key-1", .alias = platform::vault::KeyAlias("key-1")}};
  auto made = loop.run(house.contexts->create(std::move(order), "test"));
  ASSERT_TRUE(made) << made.error().message();
  ASSERT_TRUE(loop.run(house.contexts->claim(loop.run(house.contexts->load(acme))->entity, "test")));
  EXPECT_EQ(create_as("late", along), 409u);
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
