#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/async/scope.hpp"
#include "platform/did/resolver.hpp"
#include "platform/http/client.hpp"

namespace kontor::platform::did {

struct WebResolverConfig {
  /// Authorities (`host` or `host:port`) whose did:web documents are fetched by plain http. For test
  /// installations; the specification wants https.
  std::vector<std::string> plain_http_authorities;
  Duration max_age = std::chrono::minutes(5);
  Duration failure_max_age =
      std::chrono::seconds(2);  ///< a DID that could not be resolved is not asked again before
  Duration refresh_pause = std::chrono::seconds(1);  ///< between two refreshes of one DID
  std::size_t documents_max = 10'000;
  std::size_t document_bytes_max = 256 * 1024;
};

/// did:web over HTTP, behind the SSRF guard, with a bounded cache; one fetch serves all who wait for a DID.
/// did:key and did:jwk stand for themselves.
class WebResolver : public Resolver {
 public:
  WebResolver(async::Scope& scope, async::Clock& clock, http::Client& client, WebResolverConfig config);
  ~WebResolver() override;

  Task<Result<Document>> resolve(Did did, Freshness freshness, async::Deadline deadline) override;
  void forget() override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::did
