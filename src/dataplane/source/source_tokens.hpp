#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/crypto/secret.hpp"
#include "base/id/id.hpp"
#include "base/result/result.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/http/secret_client.hpp"

namespace kontor::dataplane::source {

/// Whose token, and where it comes from. Equal values share one.
struct TokenOrder {
  ContextId context;  ///< whose secret it is
  std::string url;
  std::string client;
  std::string scope;  ///< empty: none is asked for
  crypto::Secret secret;
};

/// Access tokens for sources, by client credentials, from token services that owners of data chose: behind
/// the SSRF guard. Each is kept until four fifths of its life are over; one request serves all who wait, also
/// when it fails. Used on the io thread. [RFC 6749 §4.4]
class SourceTokens {
 public:
  static constexpr std::size_t kept_max = 10'000;

  SourceTokens(platform::async::Scope& scope, platform::async::Clock& clock,
               platform::http::SecretClient& client);
  ~SourceTokens();

  /// Errors, safe to be told to whoever asks for the data: peer_refused, peer_unavailable, timeout.
  Task<Result<std::string>> token(TokenOrder order, platform::async::Deadline deadline);
  /// After a source refused it; another that came meanwhile stays.
  void forget(const TokenOrder& order, const std::string& token);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::dataplane::source
