#pragma once

#include <functional>
#include <memory>
#include <string>

#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/http/client.hpp"

namespace kontor::platform::auth {

/// Where a process of ours gets its own access tokens (OAuth2 client credentials, RFC 6749 §4.4).
struct TokenSourceConfig {
  std::string token_url;
  std::string client_id;
  std::string client_secret;
};

/// Access tokens for calls to other planes, one per scope, kept until shortly before they expire. One request
/// serves all who wait. Errors: peer_refused (the credentials are wrong: the text names the client),
/// peer_unavailable, timeout.
class TokenSource {
 public:
  TokenSource(async::Scope& scope, async::Clock& clock, http::Client& client, TokenSourceConfig config);
  ~TokenSource();

  /// The value for an Authorization header: `Bearer …`.
  Task<Result<std::string>> authorization(std::string scope, async::Deadline deadline);
  /// How this process proves itself from now on in place of a secret: a fresh assertion for each request [RFC
  /// 7523 §2.2]. It asks for all that its client may, since what that is was decided elsewhere.
  using Prove = std::function<Task<Result<std::string>>()>;
  void prove_with(Prove prove);
  /// Forgets what is kept, after a 401.
  void forget();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::auth
