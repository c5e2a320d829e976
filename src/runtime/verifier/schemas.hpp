#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "platform/async/scope.hpp"
#include "platform/http/client.hpp"
#include "protocol/vc/verify.hpp"

namespace kontor::runtime::verifier {

struct SchemasConfig {
  Duration max_age = std::chrono::hours(1);            ///< a schema is fetched anew after that
  Duration failure_max_age = std::chrono::seconds(2);  ///< one that cannot be had is not asked for before
  Duration fetch_timeout = std::chrono::seconds(5);    ///< with all that it refers to
  std::size_t schemas_max = 500;
  std::size_t document_bytes_max = 64 * 1024;
  std::size_t documents_max = 8;                    ///< that one schema may refer to, itself included
  std::size_t schemas_bytes_max = 8 * 1024 * 1024;  ///< all that are kept, as they came
};

/// A schema with the documents that it refers to, each of them understood.
using Schema = std::map<std::string, json::Value, std::less<>>;
using SchemaPtr = std::shared_ptr<const Schema>;
/// By the URL that a credential names.
using KnownSchemas = std::map<std::string, Result<SchemaPtr>>;

/// The schemas of credentials' subjects, fetched and kept for at most `max_age`; one fetch serves all who
/// wait, also when it fails. A name that JSON Schema does not have says nothing in them, and a keyword that
/// we do not have refuses the schema: see `protocol/json_schema`. Without `$schema` they are read as 2020-12.
/// Errors: those of the client; peer_unavailable for an answer that may be another later, peer_refused for
/// another; invalid_input for what is no schema or not understood.
class Schemas {
 public:
  Schemas(platform::async::Scope& scope, platform::async::Clock& clock, platform::http::Client& client,
          SchemasConfig config);
  ~Schemas();

  Task<Result<SchemaPtr>> schema(std::string url, platform::async::Deadline deadline);
  /// Each of them, or why it cannot be had.
  Task<KnownSchemas> all(std::set<std::string> urls, platform::async::Deadline deadline);
  void forget();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Why one of them is not known at this moment, and may be at another; null: each is had or refused.
const Error* unknown_for_now(const KnownSchemas& known);

/// Holds subjects against what is known. A subject is checked with its `id`, whatever the reference's type:
/// so does EDC, and the compatibility kit. Valid as long as `known`.
protocol::vc::SchemaCheck check_with(const KnownSchemas& known);

}  // namespace kontor::runtime::verifier
