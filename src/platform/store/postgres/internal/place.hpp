#pragma once

#include <memory>
#include <string>

#include "platform/store/contract/fixture.hpp"
#include "platform/store/postgres/postgres_store.hpp"
#include "testing/postgres/postgres_server.hpp"

/// For this module's tests: one server for the whole program, a schema for each test.
namespace kontor::platform::store::postgres {

inline kontor::testing::PostgresServer& shared_server() {
  static kontor::testing::PostgresServer server;
  return server;
}

class SchemaPlace : public contract::Place {
 public:
  explicit SchemaPlace(kontor::testing::PostgresServer& server) : server_(server), schema_(next_name()) {}
  ~SchemaPlace() override { server_.execute("DROP SCHEMA IF EXISTS " + schema_ + " CASCADE"); }

  Task<Result<std::unique_ptr<Store>>> open(async::Clock& clock,
                                            std::span<const Kind* const> kinds) override {
    return open_postgres(clock, random_, config(), kinds);
  }

  PostgresConfig config() const {
    return {.url = server_.url(),
            .owner_url = server_.owner_url(),
            .schema = schema_,
            .reconnect_delay = std::chrono::milliseconds(20)};
  }
  const std::string& schema() const { return schema_; }

 private:
  static std::string next_name() {
    static int made = 0;
    return "test_" + std::to_string(++made);
  }

  kontor::testing::PostgresServer& server_;
  std::string schema_;
  kontor::testing::SeededRandom random_{std::hash<std::string>{}(schema_)};
};

}  // namespace kontor::platform::store::postgres
