#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/crypto/secret.hpp"
#include "dataplane/source/forward.hpp"
#include "dataplane/source/source.hpp"
#include "dataplane/source/source_tokens.hpp"
#include "platform/http/client.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::dataplane::source {

/// Names of header fields in which a source is told who asks, whatever the asker sends under them; empty: it
/// is not told.
struct AskerFields {
  std::string counter_party;
  std::string agreement;
  std::string dataset;
  std::string flow;
};

struct HttpSourceOptions {
  Duration stall_timeout = std::chrono::seconds(60);  ///< without progress of a body
  std::size_t sized_body_bytes_max = 1024 * 1024;     ///< of a body that is sent with its length
  PassedFields passed = {};
  AskerFields asker = {};
};

/// Sources of type HttpData: addresses that their owners chose, asked behind the SSRF guard and never beyond
/// it; redirects are not followed. A part is the address itself. Secrets that an address names are those of
/// the reader's context, in the vault of this process.
class HttpSourceKind final : public SourceKind {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    web::Client& client;
    web::SecretClient& secret_client;  ///< for token endpoints
    platform::vault::Vault& vault;
  };
  HttpSourceKind(Services services, HttpSourceOptions options);

  std::string_view type() const override { return http_type; }
  Result<dps::DataAddress> read(const json::Node& address) const override;
  Task<Result<std::shared_ptr<Source>>> open(Reader reader, dps::DataAddress address) override;

 private:
  Task<Result<crypto::Secret>> secret_of(ContextId context, std::string name);

  Services services_;
  HttpSourceOptions options_;
  std::shared_ptr<SourceTokens> tokens_;
};

}  // namespace kontor::dataplane::source
