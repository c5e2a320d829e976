#include "platform/store/postgres/postgres_store.hpp"

#include "platform/store/store_contract.hpp"
#include "testing/postgres/postgres_server.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using contract::StoreContract;
using kontor::testing::PostgresServer;

namespace {

/// One server for all tests of this program; each has a schema of its own.
PostgresServer& server() {
  static PostgresServer server;
  return server;
}

class Schema : public contract::Place {
 public:
  Schema() {
    static int made = 0;
    name_ = "test_" + std::to_string(++made);
  }
  ~Schema() override { server().execute("DROP SCHEMA IF EXISTS " + name_ + " CASCADE"); }
  Task<Result<std::unique_ptr<Store>>> open(platform::async::Clock& clock, std::span<const Kind* const> kinds) override {
    return postgres::open_postgres(clock, random_,
                                   {.url = server().url(), .owner_url = server().owner_url(), .schema = name_}, kinds);
  }

 private:
  std::string name_;
  kontor::testing::SeededRandom random_{1};
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Postgres, StoreContract,
                         ::testing::Values(contract::Implementation{"server", [] { return std::make_unique<Schema>(); },
                                                                    PostgresServer::missing}),
                         [](const auto& info) { return info.param.name; });
