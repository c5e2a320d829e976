#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/auth/caller.hpp"
#include "platform/http/client.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::platform::auth {

/// An issuer of access tokens that is trusted: the built-in token service, or any OIDC provider.
struct TrustedIssuer {
  std::string issuer;    ///< `iss` of its tokens, byte by byte
  std::string jwks_url;  ///< where its keys are; empty: its discovery document says it (OpenID Connect)
  std::string audience;  ///< `aud` must hold this; empty: `issuer`, which our token service writes
  /// What the addresses of its keys may reach, a discovered one too.
  http::Trust reach = http::Trust::configured;
};

/// How the keys of an issuer are kept.
struct KeyBounds {
  Duration max_age = std::chrono::minutes(10);  ///< a key that was withdrawn is not believed longer than that
  Duration refresh_pause = std::chrono::seconds(2);  ///< between two fetches for an unknown key id
  Duration retry_pause = std::chrono::seconds(30);   ///< between two fetches while old keys have to do
  Duration fetch_timeout = std::chrono::seconds(5);
};

struct TokenVerifierConfig {
  std::vector<TrustedIssuer> issuers;
  KeyBounds keys = {};
  std::size_t tokens_remembered_max = 10'000;  ///< checked tokens, by their SHA-256
};

/// Claim of a token that a participant's application has: its client id.
inline constexpr std::string_view application_claim = "sharing_application";
/// Narrows what the token of an application says to what the application may do now. Errors: unauthenticated
/// for one that was revoked.
using Narrow = std::function<Task<Result<Caller>>(std::string application, Caller caller)>;
/// Narrows what a token that has scopes and no role says to what its participant context has now.
using Bound = std::function<Task<Result<Caller>>(Caller caller)>;

/// Who a token is of whose issuer is not trusted. Errors: unauthenticated for one that it knows nothing of.
using Otherwise = std::function<Task<Result<Caller>>(std::string token)>;

/// Checks bearer tokens (RFC 9068, RFC 8725). Keys are fetched when a token names one that is not known, and
/// kept when the issuer cannot be reached; a checked token is remembered until it expires or its key could
/// have been withdrawn. What a token says of its caller comes in two styles: the claims `role` and
/// `participant_context_id`, or scopes, whose context is the subject. Tokens of applications are held against
/// what these may do now, each time. Errors: unauthenticated; unavailable when an issuer's keys were never
/// seen and cannot be fetched. Used on the io thread.
class TokenVerifier {
 public:
  TokenVerifier(async::Scope& scope, async::Clock& clock, http::Client& client, TokenVerifierConfig config);
  ~TokenVerifier();

  /// `authorization` is the header's value: `Bearer …`.
  Task<Result<Caller>> verify(std::string authorization);
  /// What a token says that is genuine, for the audience of its issuer, and good now. Checked each time.
  Task<Result<protocol::jose::Claims>> verify_token(std::string token);
  /// Without it, tokens of applications are refused.
  void narrow_with(Narrow narrow);
  /// Without it, scopes are in force as tokens say them.
  void bind_with(Bound bound);
  /// Asked in their order about tokens of issuers that are not trusted, each time.
  void ask_otherwise(Otherwise otherwise);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::auth
