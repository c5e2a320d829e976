#include "platform/operations/quarantine.hpp"

#include <gtest/gtest.h>

#include "base/json/json.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform;
using protocol::api::Listener;

namespace {

/// A router whose bearer tokens are names of roles, `scope:…` or `of:…`, over an engine that knows no
/// machine.
class QuarantineRoutes : public ::testing::Test {
 protected:
  QuarantineRoutes() {
    store = loop.run(store::sqlite::open_sqlite(
                         loop.clock(), {.file = folder.path() / "store.db", .own_threads = false}, {}))
                .value();
    engine = std::make_unique<engine::Engine>(scope, loop.clock(), loop.random(), *store);
    router.authenticate_with(
        [](std::string authorization) { return authenticate(std::move(authorization)); });
    operations::bind_quarantine_routes(router, *engine);
  }
  ~QuarantineRoutes() override {
    loop.run(scope.close());
    engine.reset();
    loop.run(store->close());
  }

  static Task<Result<auth::Caller>> authenticate(std::string authorization) {
    const auto token = authorization.substr(authorization.find(' ') + 1);
    auth::Caller caller{.subject = "someone", .role = auth::role_named(token), .context = {}, .scopes = {}};
    if (token.starts_with("scope:")) caller.scopes.insert(token.substr(6));
    co_return caller;
  }

  http::Response ask(std::string method, std::string target, const std::string& token = "admin") {
    http::Request request{.method = std::move(method), .target = std::move(target)};
    request.headers.set("Authorization", "Bearer " + token);
    return loop.run(router.handler(Listener::administration)(std::move(request)));
  }
  json::Value list(const std::string& query = "") {
    auto response = ask("GET", "/api/operations/v1/quarantine" + query);
    EXPECT_EQ(response.status, 200u) << response.body.text;
    return json::parse(response.body.text).value();
  }
  void set_aside(const std::string& context, const std::string& kind, const std::string& id) {
    store::Failure failure{"the peer does not answer", "send", 12};
    ASSERT_TRUE(loop.run(store->quarantine(ContextId(context), kind, EntityId(id), failure)));
  }

  kontor::testing::TemporaryFolder folder;
  kontor::testing::VirtualLoop loop;
  async::Scope scope{loop.executor()};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<engine::Engine> engine;
  routing::Router router{loop.clock(), loop.random()};
};

}  // namespace

TEST_F(QuarantineRoutes, what_was_set_aside_is_listed_with_its_reason) {
  set_aside("acme", "contract-negotiation", "urn:uuid:1");
  set_aside("globex", "transfer-process", "urn:uuid:2");
  const auto all = list();
  ASSERT_EQ(all.at("entities").as_array().size(), 2u);
  EXPECT_FALSE(all.as_object().contains("next"));
  EXPECT_EQ(json::serialize(list("?kind=contract-negotiation").at("entities")),
            R"([{"participantContextId":"acme","kind":"contract-negotiation","id":"urn:uuid:1",)"
            R"("reason":"the peer does not answer","effect":"send","attempts":12,)"
            R"("since":"2026-01-01T00:00:00Z"}])");
}

TEST_F(QuarantineRoutes, a_long_list_comes_in_pages) {
  for (int i = 0; i < 5; ++i) set_aside("acme", "contract-negotiation", "n" + std::to_string(i));
  std::string ids;
  std::string query = "?limit=2";
  for (int page = 1;; ++page) {
    const auto answer = list(query);
    for (const auto& each : answer.at("entities").as_array()) ids += each.at("id").as_string();
    if (!answer.as_object().contains("next")) {
      EXPECT_EQ(page, 3);
      break;
    }
    query = "?limit=2&cursor=" + std::string(answer.at("next").as_string());
  }
  EXPECT_EQ(ids, "n0n1n2n3n4");
  for (const char* wrong : {"?limit=0", "?limit=501", "?limit=many", "?cursor=mine"}) {
    EXPECT_EQ(ask("GET", std::string("/api/operations/v1/quarantine") + wrong).status, 400u) << wrong;
  }
}

TEST_F(QuarantineRoutes, a_retry_of_what_was_not_set_aside_is_not_found) {
  set_aside("acme", "contract-negotiation", "n1");
  for (const char* path :
       {"acme/contract-negotiation/n2", "acme/transfer-process/n1", "globex/contract-negotiation/n1"}) {
    EXPECT_EQ(ask("POST", std::string("/api/operations/v1/quarantine/") + path + "/retry").status, 404u)
        << path;
  }
  EXPECT_EQ(list().at("entities").as_array().size(), 1u);
}

TEST_F(QuarantineRoutes, a_retry_runs_the_effects_again) {
  store::OutboxRow effect{.context = {},
                          .id = store::EffectId("e1"),
                          .kind = "contract-negotiation",
                          .entity = EntityId("n 1"),
                          .name = "send",
                          .body = "{}",
                          .trace = {}};
  ASSERT_TRUE(loop.run(store->commit(ContextId("acme"), {.effects = {effect}})));
  set_aside("acme", "contract-negotiation", "n 1");
  const store::SystemScope test("test");
  ASSERT_TRUE(loop.run(store->pending_effects(test, {}, 0, 10)).value().empty());
  EXPECT_EQ(ask("POST", "/api/operations/v1/quarantine/acme/contract-negotiation/n%201/retry").status, 204u);
  EXPECT_TRUE(list().at("entities").as_array().empty());
  EXPECT_EQ(loop.run(store->pending_effects(test, {}, 0, 10)).value().size(), 1u);
}

TEST_F(QuarantineRoutes, nobody_without_the_scope_learns_what_was_set_aside) {
  set_aside("acme", "contract-negotiation", "n1");
  const std::string path = "/api/operations/v1/quarantine";
  const std::string retry = path + "/acme/contract-negotiation/n1/retry";
  for (const char* token :
       {"operator", "provisioner", "governance", "participant", "scope:management-api:admin"}) {
    EXPECT_EQ(ask("GET", path, token).status, 403u) << token;
    EXPECT_EQ(ask("POST", retry, token).status, 403u) << token;
  }
  EXPECT_EQ(ask("GET", path, "scope:operations-api:read").status, 200u);
  EXPECT_EQ(ask("POST", retry, "scope:operations-api:read").status, 403u);
  EXPECT_EQ(ask("POST", retry, "scope:operations-api:admin").status, 204u);
}
