#include <fmt/format.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "world.hpp"

// Replicas tell one another of their commits over a line to PostgreSQL. What another commits while it is cut
// is told by nobody: once it is back, nothing that was remembered counts.
namespace kontor::routes_test {
namespace {

constexpr std::chrono::seconds patience{20};

class MissedChanges : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (testing::PostgresServer::missing()) return;
    server = std::make_unique<testing::PostgresServer>();
    world = std::make_unique<World>(Installation::Options{.postgres = server.get()});
  }
  static void TearDownTestSuite() {
    world.reset();
    server.reset();
  }
  void SetUp() override {
    if (!server) GTEST_SKIP() << *testing::PostgresServer::missing();
  }

  Answer ask(const std::string& method, const std::string& target, std::string body = {}) {
    return world->installation().send(
        {.method = method, .target = target, .authorization = world->admin(), .body = std::move(body)});
  }
  std::string path_of(const Party& party, const std::string& rest) {
    return "/api/mgmt/v5beta/participants/" + party.context + "/" + rest;
  }
  /// As another replica would, of which we hear nothing.
  void remove_unheard(const std::string& kind, const std::string& condition) {
    server->execute(fmt::format("DELETE FROM routes.entities WHERE kind = '{}' AND {}", kind, condition));
    server->execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
  }
  /// Whether it comes about, asked again and again; only a test that fails takes long.
  bool comes_about(const std::function<bool()>& is_so) {
    auto& clock = world->installation().loop().clock();
    for (const auto until = clock.now() + patience; !is_so();) {
      if (clock.now() > until) return false;
      EXPECT_TRUE(
          world->installation().loop().run(clock.wait_until(clock.now() + std::chrono::milliseconds(50))));
    }
    return true;
  }

  static inline std::unique_ptr<testing::PostgresServer> server;
  static inline std::unique_ptr<World> world;
};

}  // namespace

TEST_F(MissedChanges, an_operand_that_is_gone_is_not_understood_any_more) {
  world->call("POST", "/api/mgmt/v5beta/celexpressions",
              R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"CelExpression",)"
              R"("@id":"unheard","leftOperand":"unheard","expression":"true","description":"always"})");
  int number = 0;
  const auto is_understood = [&] {
    const auto answer =
        ask("POST", path_of(world->acme(), "policydefinitions"),
            fmt::format(
                R"({{"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"PolicyDefinition",)"
                R"("@id":"unheard-{}","policy":{{"@type":"Set","permission":[{{"action":"use","constraint":)"
                R"([{{"leftOperand":"unheard","operator":"eq","rightOperand":"x"}}]}}]}}}})",
                ++number));
    EXPECT_TRUE(answer.status == 200 || answer.status == 400) << answer.status << " " << answer.body;
    return answer.fine();
  };
  ASSERT_TRUE(is_understood());
  remove_unheard("cel-expression", "id = 'unheard'");
  EXPECT_TRUE(comes_about([&] { return !is_understood(); }));
}

TEST_F(MissedChanges, a_data_plane_that_is_gone_is_not_chosen_any_more) {
  const auto planes = [&] {
    return ask("GET", path_of(world->initech(), "dataplanes")).json().as_array().size();
  };
  ASSERT_GT(planes(), 0u);
  remove_unheard("data-plane", fmt::format("context = '{}'", world->initech().context));
  EXPECT_TRUE(comes_about([&] { return planes() == 0; }));
}

TEST_F(MissedChanges, a_key_that_is_gone_signs_no_more) {
  const auto signs = [&] {
    try {
      world->installation().self_issued(ContextId(world->initech().context), Did(world->acme().did));
      return true;
    } catch (const std::exception&) {
      return false;
    }
  };
  ASSERT_TRUE(signs());
  remove_unheard("key-pair", fmt::format("context = '{}'", world->initech().context));
  EXPECT_TRUE(comes_about([&] { return !signs(); }));
}

}  // namespace kontor::routes_test
