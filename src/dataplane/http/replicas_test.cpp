#include <gtest/gtest.h>

#include "base/crypto/hash.hpp"
#include "base/json/json.hpp"
#include "dataplane/http/open_flows.hpp"
#include "dataplane/replicas/assembly.hpp"
#include "dataplane/source/assembly.hpp"
#include "domain/plane_replica/decide.hpp"
#include "platform/store/postgres/postgres_store.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/postgres/postgres_server.hpp"

// Several replicas of a data plane, each with a connection of its own, on one PostgreSQL.
namespace kontor::dataplane::http::testing {
namespace {

namespace async = platform::async;
namespace flows = domain::data_flow;
namespace plane = domain::plane_replica;
namespace postgres = platform::store::postgres;
using kontor::testing::PostgresServer;
using platform::engine::Engine;

const ContextId acme("acme");

struct Replica {
  Replica(kontor::testing::RealLoop& loop_in, const postgres::PostgresConfig& config,
          platform::vault::Vault& vault, const source::SourceKinds& sources, Duration lease)
      : loop(loop_in), scope(loop_in.executor()) {
    static const entity::Kind* const kinds[] = {&flows::Machine::kind(), &plane::Machine::kind()};
    store = loop.run(postgres::open_postgres(loop.clock(), loop.random(), config, kinds)).value();
    engine = std::make_unique<Engine>(scope, loop.clock(), loop.random(), *store);
    engine->add<plane::Machine>([](platform::engine::Committed<plane::Effect>)
                                    -> Task<Result<platform::engine::Outcome<plane::Machine>>> {
      co_return platform::engine::Outcome<plane::Machine>{};
    });
    replicas = std::make_unique<replicas::Replicas>(scope, *engine, lease);
    open = OpenFlows::make({scope, *engine, vault, sources, *replicas}, {.age_max = std::chrono::hours(1)});
    EXPECT_TRUE(loop.run(engine->start()));
    EXPECT_TRUE(loop.run(replicas->start()));
  }
  ~Replica() {
    loop.run(scope.close());
    loop.run(store->close());
  }

  bool serves(const std::string& flow) {
    return loop.run(open->admit({acme, EntityId(flow), crypto::sha256_hex("token")})).has_value();
  }
  void put(const flows::DataFlow& flow, entity::Version expected) {
    platform::store::Transaction transaction;
    transaction.puts.push_back({&flows::Machine::kind(), EntityId(flow.id.str()), expected,
                                flows::Machine::encode(flow), std::nullopt});
    EXPECT_TRUE(loop.run(store->commit(acme, std::move(transaction))));
  }
  Result<void> closed(const std::string& flow) {
    const auto deadline = async::Deadline::after(loop.clock(), std::chrono::seconds(30));
    return loop.run(replicas->closed(acme, EntityId(flow), deadline));
  }

  kontor::testing::RealLoop& loop;
  async::Scope scope;
  std::unique_ptr<platform::store::Store> store;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<replicas::Replicas> replicas;
  std::shared_ptr<OpenFlows> open;
};

class PlaneReplicas : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto why = PostgresServer::missing()) GTEST_SKIP() << *why;
    server = std::make_unique<PostgresServer>();
    const Bytes key(crypto::aes_key_bytes, std::byte{7});
    vault = platform::vault::file::open_file_vault(
                {.folder = folder.path() / "vault", .master_keys = {crypto::AesKey::from(key).value()}}, disk,
                loop.random())
                .value();
    client = platform::http::make_client(scope, loop.clock(), {}).value();
    secret_client = std::make_unique<platform::http::SecretClient>(*client, std::vector<std::string>{});
    const source::HttpSourceAssembly::Requires needs(scope, loop.clock(), *client, *secret_client, *vault);
    std::tie(sources, http_sources) = source::HttpSourceAssembly::build(needs, {}).value();
  }
  ~PlaneReplicas() override { loop.run(scope.close()); }
  std::unique_ptr<Replica> replica(Duration lease) {
    const postgres::PostgresConfig config{
        .url = server->url(), .owner_url = server->owner_url(), .schema = "planes"};
    return std::make_unique<Replica>(loop, config, *vault, *sources, lease);
  }
  flows::DataFlow flow(const std::string& id, flows::State state) const {
    const auto address = json::parse(R"({"type":"HttpData","baseUrl":"http://source.example/data"})").value();
    const auto source = sources->read(json::Node(address)).value();
    flows::DataFlow made{.id = flows::DataFlowId(id),
                         .participant_context = acme,
                         .role = flows::Role::provider,
                         .direction = flows::Direction::pull,
                         .state = state};
    made.terms.process_id = flows::ProcessId(id);
    made.terms.profile = "HttpData-PULL";
    made.control_plane.id = flows::ControlPlaneId("control-plane");
    made.source = flows::SealedAddress{.open = source, .sealed = {}};
    made.grant = flows::Grant{.id = flows::GrantId("g"), .token_sha256 = crypto::sha256_hex("token")};
    return made;
  }

  kontor::testing::RealLoop loop;
  async::Scope scope{loop.executor()};
  kontor::testing::TemporaryFolder folder;
  async::Offload disk{1};
  std::unique_ptr<PostgresServer> server;
  std::unique_ptr<platform::vault::Vault> vault;
  std::unique_ptr<platform::http::Client> client;
  std::unique_ptr<platform::http::SecretClient> secret_client;
  std::unique_ptr<source::SourceKinds> sources;
  std::unique_ptr<source::HttpSourceKind> http_sources;
};

}  // namespace

TEST_F(PlaneReplicas, nobody_is_served_by_any_replica_once_the_closing_is_answered) {
  // Nobody waits for such a lease: what is answered was confirmed.
  auto first = replica(std::chrono::minutes(10));
  auto second = replica(std::chrono::minutes(10));
  auto third = replica(std::chrono::minutes(10));
  for (int i = 0; i < 10; ++i) {
    const auto id = "flow" + std::to_string(i);
    first->put(flow(id, flows::State::started), 0);
    for (auto* each : {&first, &second, &third}) EXPECT_TRUE((*each)->serves(id));
    second->put(flow(id, flows::State::terminated), 1);
    const auto closed = second->closed(id);
    ASSERT_TRUE(closed) << closed.error().message();
    for (auto* each : {&first, &second, &third}) EXPECT_FALSE((*each)->serves(id));
  }
  loop.run(third->replicas->leave());
  EXPECT_FALSE(third->replicas->may_serve());
  loop.run(third->store->close());
  first->put(flow("last", flows::State::suspended), 0);
  EXPECT_TRUE(first->closed("last"));
}

TEST_F(PlaneReplicas, a_replica_that_is_cut_off_refuses_before_the_closing_is_answered) {
  auto first = replica(std::chrono::milliseconds(1500));
  auto second = replica(std::chrono::milliseconds(1500));
  first->put(flow("flow", flows::State::started), 0);
  EXPECT_TRUE(first->serves("flow"));
  EXPECT_TRUE(second->serves("flow"));
  loop.run(second->store->close());
  first->put(flow("flow", flows::State::terminated), 1);
  EXPECT_TRUE(first->closed("flow"));
  EXPECT_FALSE(second->replicas->may_serve());
  EXPECT_FALSE(second->serves("flow"));
  EXPECT_TRUE(first->replicas->may_serve());
}

}  // namespace kontor::dataplane::http::testing
