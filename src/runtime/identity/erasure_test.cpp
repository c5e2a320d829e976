#include "runtime/erasure/erasure.hpp"

#include "runtime/secrets/secrets.hpp"
#include "testing/house/world.hpp"

// How participants end.
namespace kontor::runtime::identity::testing {
namespace {

namespace http = platform::http;
using namespace kontor::testing;

namespace store = platform::store;

const entity::Kind credential{.name = "credential"};
const entity::Kind asset{.name = "asset"};
const std::string path = "/api/identity/v1beta/participants";
const std::string key =
    R"("key":{"keyId":"key-1","privateKeyAlias":"key-1","keyGeneratorParams":{"algorithm":"EC"}})";

class ErasureTest : public ::testing::Test {
 protected:
  http::Response ask(std::string method, const std::string& below, std::string body = "") {
    http::Request request{std::move(method), {}, {}, {std::move(body), {}}};
    request.target = house.administration_url(path + below);
    if (!request.body.text.empty()) request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  unsigned create() {
    const auto body = R"({"participantContextId":"acme","did":")" + did.str() + "\"," + key + "}";
    return ask("POST", "", body).status;
  }
  unsigned document() {
    http::Request request;
    request.target = house.url("/acme/did.json");
    return house.ask(std::move(request)).status;
  }
  void keep(const entity::Kind& kind) {
    store::Transaction transaction;
    transaction.puts.push_back({&kind, EntityId("one"), 0, "{}"});
    ASSERT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
  }
  std::vector<std::string> kept() {
    std::vector<std::string> kinds;
    for (auto& each : loop.run(house.store->export_all(acme, "", 1000)).value().records)
      kinds.push_back(std::move(each.kind));
    return kinds;
  }
  /// What is under way comes to rest first, so that the moment is expected.
  void pass(Duration duration) {
    for (int turns = 0; turns < 100; ++turns) loop.run(loop.turn());
    loop.clock().advance(duration);
  }
  void put_secret(const std::string& name) {
    ASSERT_TRUE(
        loop.run(house.vault->put_secret(acme, platform::vault::SecretName(name), crypto::Secret("hidden"))));
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = {&credential, &asset}}};
  const ContextId acme{"acme"};
  Did did = house.participant("acme");
};

/// The process that comes after the one that was killed, over the same store and vault.
struct NextProcess {
  explicit NextProcess(House& house)
      : scope(house.loop.executor()),
        engine(scope, house.loop.clock(), house.loop.random(), *house.store),
        keys(engine, *house.vault),
        contexts(engine, keys, *house.vault, house.contexts->own_dids()) {}
  platform::async::Scope scope;
  platform::engine::Engine engine;
  KeyRing keys;
  IdentityContexts contexts;
};

}  // namespace

TEST_F(ErasureTest, a_deleted_participant_is_gone_with_everything_that_it_had) {
  house.open();
  keep(credential);
  put_secret("of-the-participant");
  ASSERT_EQ(document(), 200u);
  ASSERT_EQ(ask("DELETE", "/acme").status, 204u);
  EXPECT_EQ(document(), 404u);
  for (const char* below : {"/acme", "/acme/keypairs"}) EXPECT_EQ(ask("GET", below).status, 404u) << below;
  EXPECT_EQ(kept(), std::vector<std::string>{"identity-context"});
  EXPECT_TRUE(loop.run(house.vault->list_keys(acme))->empty());
  EXPECT_TRUE(loop.run(house.vault->list_secrets(acme))->empty());
  EXPECT_FALSE(loop.run(house.contexts->context_of(did)));
  EXPECT_EQ(ask("DELETE", "/acme").status, 404u);
  EXPECT_EQ(ask("POST", "/acme/state?isActive=true").status, 404u) << "nothing brings it back";
}

TEST_F(ErasureTest, what_came_late_goes_too_and_an_audit_record_alone_stays) {
  house.open();
  ASSERT_EQ(ask("DELETE", "/acme").status, 204u);
  keep(credential);
  pass(identity_context::stragglers_time);
  ASSERT_TRUE(loop.eventually([&] { return kept().empty(); }));
  EXPECT_TRUE(loop.run(house.store->events_of(acme, 0, 100))->empty());
  std::vector<std::string> audited;
  for (auto& each : loop.run(house.store->audit(acme, 0, 100)).value()) {
    if (each.event.kind == "identity-context") audited.push_back(each.event.name);
    if (each.event.name == "identity.context.deleting") EXPECT_EQ(each.actor, "tester");
  }
  EXPECT_EQ(audited, (std::vector<std::string>{"identity.context.creating", "identity.context.created",
                                               "identity.context.deleting", "identity.context.deleted"}));
}

TEST_F(ErasureTest, a_name_and_its_did_are_free_again_at_once) {
  house.open();
  ASSERT_EQ(ask("DELETE", "/acme").status, 204u);
  ASSERT_EQ(create(), 200u);
  EXPECT_EQ(document(), 200u);
  pass(2 * identity_context::stragglers_time);
  for (int turns = 0; turns < 50; ++turns) loop.run(loop.turn());
  EXPECT_EQ(ask("GET", "/acme").status, 200u) << "the last look of the one before does not reach it";
  EXPECT_EQ(document(), 200u);
}

TEST_F(ErasureTest, what_a_connector_has_in_the_context_stays) {
  house.open();
  keep(asset);
  put_secret("of-the-connector");
  ASSERT_EQ(ask("DELETE", "/acme").status, 204u);
  pass(identity_context::stragglers_time);
  ASSERT_TRUE(loop.eventually([&] { return kept() == std::vector<std::string>{"asset"}; }));
  EXPECT_EQ(loop.run(house.vault->list_secrets(acme))->size(), 1u);
  EXPECT_TRUE(loop.run(house.vault->list_keys(acme))->empty());
}

TEST(Erasure, a_deletion_that_was_killed_at_any_moment_is_ended_by_the_next_process) {
  const ContextId acme("acme");
  const auto is_rest = [](const auto& page) {
    return page.records.size() == 1 && page.records[0].kind == "identity-context";
  };
  for (int moment = 0; moment < 60; moment += 3) {
    VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
    House house{loop, {.kinds = {&credential}}};
    house.participant("acme");
    store::Transaction transaction;
    for (int i = 0; i < 3; ++i)
      transaction.puts.push_back({&credential, EntityId("c" + std::to_string(i)), 0, "{}"});
    ASSERT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
    const auto asked = loop.run(
        house.engine->apply<identity_context::Machine>({acme, entity_id(acme)}, identity_context::Delete{}));
    ASSERT_TRUE(asked);
    for (int turn = 0; turn < moment; ++turn) loop.run(loop.turn());
    house.close();

    NextProcess next(house);
    ASSERT_TRUE(loop.run(next.engine.start()));
    const auto gone = [&] {
      const auto left = loop.run(house.store->export_all(acme, "", 100));
      return left && is_rest(*left) && !loop.run(next.contexts.load(acme)) &&
             loop.run(house.vault->list_keys(acme))->empty();
    };
    EXPECT_TRUE(loop.eventually(gone)) << "killed after " << moment << " turns";
    loop.run(next.scope.close());
  }
}

}  // namespace kontor::runtime::identity::testing
