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
  std::size_t documents_bytes_max = 64 * 1024 * 1024;  ///< all that are kept, as they came
  std::size_t unknown_max = 10'000;  ///< DIDs without a document, whose failure is remembered
  /// Documents on their way that were never had before: in all, and from one authority. Anybody can name DIDs
  /// that do not exist; whoever is known does not count.
  std::size_t first_fetches_max = 512;
  std::size_t first_fetches_per_authority_max = 384;
};

/// did:web over HTTP, behind the SSRF guard, with a bounded cache; one fetch serves all who wait for a DID.
/// did:key and did:jwk stand for themselves. Strangers take no place from who is known: neither in the cache
/// nor on the way. Error beside those of a resolver: unavailable, while too many unknown DIDs are looked for.
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
