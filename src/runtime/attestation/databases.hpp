#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "domain/issuance/attestation_sources.hpp"
#include "platform/async/signal.hpp"
#include "platform/config/field.hpp"
#include "platform/config/secret.hpp"

namespace kontor::runtime::attestation {

/// What issuers may read of a table.
struct TableConfig {
  std::string name;
  std::vector<std::string> columns;
};
platform::config::Fields fields_of(platform::config::Type<TableConfig>);

/// A database that an operator lets issuers ask: a file of SQLite, or PostgreSQL.
struct DatabaseConfig {
  std::string name;  ///< `dataSourceName` of attestations
  std::string file;
  platform::config::Secret postgres_url;
  std::string postgres_schema = "public";
  std::vector<TableConfig> tables;
  std::vector<std::string> issuers;  ///< participant contexts
};
platform::config::Fields fields_of(platform::config::Type<DatabaseConfig>);

struct AttestationConfig {
  std::string database_folder;
  std::vector<DatabaseConfig> databases;
  std::chrono::milliseconds statement_max{2'000};
  std::size_t threads = 2;
};
platform::config::Fields fields_of(platform::config::Type<AttestationConfig>);
/// Names are given once, a database is of one kind, and a file stands in the folder.
Result<void> validate(const AttestationConfig& config);

/// The databases that attestations may ask. What becomes text of a statement is the operator's: an
/// attestation chooses among the names that he allows, and a holder's id is a value. Used on the io thread;
/// the reading is done beside it.
class Databases {
 public:
  explicit Databases(AttestationConfig config);
  ~Databases();

  /// Whether the issuer may ask for that. Errors: invalid_input, with the pointer below `/configuration`.
  Result<void> check(const ContextId& issuer, const domain::issuance::DatabaseSource& source) const;
  /// The columns of the row for the id. Errors: forbidden (there is none, or several), unavailable.
  Task<Result<json::Object>> row(ContextId issuer, domain::issuance::DatabaseSource source, std::string id);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::runtime::attestation
