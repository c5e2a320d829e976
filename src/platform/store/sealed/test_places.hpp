#pragma once

#include <memory>
#include <string>

#include "platform/store/contract/fixture.hpp"
#include "platform/store/postgres/postgres_store.hpp"
#include "platform/store/sealed/sealed_store.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/postgres/postgres_server.hpp"

/// For this module's tests: where the stores below keep their data, and a vault beside them.
namespace kontor::platform::store::sealed {

inline kontor::testing::PostgresServer& shared_server() {
  static kontor::testing::PostgresServer server;
  return server;
}

class FilePlace : public contract::Place {
 public:
  Task<Result<std::unique_ptr<Store>>> open(async::Clock& clock,
                                            std::span<const Kind* const> kinds) override {
    return sqlite::open_sqlite(clock, {.file = folder_.path() / "store.db", .own_threads = false}, kinds);
  }

 private:
  kontor::testing::TemporaryFolder folder_;
};

class SchemaPlace : public contract::Place {
 public:
  SchemaPlace() : schema_(next_name()) {}
  ~SchemaPlace() override { shared_server().execute("DROP SCHEMA IF EXISTS " + schema_ + " CASCADE"); }

  Task<Result<std::unique_ptr<Store>>> open(async::Clock& clock,
                                            std::span<const Kind* const> kinds) override {
    postgres::PostgresConfig config{.url = shared_server().url(),
                                    .owner_url = shared_server().owner_url(),
                                    .schema = schema_,
                                    .reconnect_delay = std::chrono::milliseconds(20)};
    return postgres::open_postgres(clock, random_, std::move(config), kinds);
  }

 private:
  static std::string next_name() {
    static int made = 0;
    return "sealed_" + std::to_string(++made);
  }

  std::string schema_;
  kontor::testing::SeededRandom random_{std::hash<std::string>{}(schema_)};
};

/// A folder of a vault, which any number of processes may open.
class VaultPlace {
 public:
  std::unique_ptr<vault::Vault> open() {
    const Bytes master(crypto::aes_key_bytes, std::byte{7});
    vault::file::Config config{.folder = folder_.path(),
                               .master_keys = {crypto::AesKey::from(master).value()}};
    return vault::file::open_file_vault(std::move(config), disk_, random_).value();
  }
  Random& random() { return random_; }

 private:
  kontor::testing::TemporaryFolder folder_;
  async::Offload disk_{0};
  kontor::testing::SeededRandom random_{7};
};

/// A store below, for the suites that run on each.
struct Backend {
  std::string name;
  std::function<std::unique_ptr<contract::Place>()> make_place;
  std::function<std::optional<std::string>()> missing = [] { return std::nullopt; };
};

inline std::vector<Backend> backends() {
  return {
      {"sqlite", [] { return std::make_unique<FilePlace>(); }},
      {"postgres", [] { return std::make_unique<SchemaPlace>(); }, kontor::testing::PostgresServer::missing}};
}

}  // namespace kontor::platform::store::sealed
