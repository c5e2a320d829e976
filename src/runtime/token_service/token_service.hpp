#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/crypto/secret.hpp"
#include "platform/auth/caller.hpp"
#include "platform/engine/engine.hpp"
#include "platform/vault/vault.hpp"
#include "protocol/api/token/messages.hpp"
#include "protocol/jose/jwt.hpp"
#include "runtime/token_service/documents.hpp"

namespace kontor::runtime::token_service {

/// A client of the configuration: it exists as long as it stands there, and is not stored.
struct ConfiguredClient {
  Client client;
  crypto::Secret secret;
};

struct TokenServiceOptions {
  std::string issuer;    ///< `iss` of every token
  std::string base_url;  ///< where the endpoints are
  Duration token_lifetime = std::chrono::minutes(10);
  Duration key_lifetime = std::chrono::hours(24 * 30);
  Duration key_published_first = std::chrono::minutes(10);
  std::size_t hashing_threads = 1;  ///< that check secrets; 0: the io thread does, for simulations
  std::vector<ConfiguredClient> clients = {};
  bool exchanges = false;  ///< tokens of others too, as the discovery document says (TokenExchange)
};

/// Issues access tokens to clients (OAuth2 client credentials). A token says the client's role, context and
/// the scopes that were asked for and are the client's. Keys are rotated when they are old; the one before
/// stays published until its tokens have expired. Used on the io thread.
class TokenService {
 public:
  TokenService(platform::async::Scope& scope, platform::engine::Engine& engine, platform::vault::Vault& vault,
               TokenServiceOptions options);
  ~TokenService();

  /// Makes the first signing key, or replaces one that is too old. So does `issue`, when it is time.
  Task<Result<void>> prepare_keys();

  /// Errors: unauthenticated for an unknown client, one that has ended and a wrong secret alike, forbidden
  /// for scopes that are not the client's, and at /grant_type for another grant, too_many_requests while too
  /// many secrets are being checked, and after too many wrong ones. `address`: from which it is asked.
  Task<Result<protocol::api::token::TokenResponse>> issue(protocol::api::token::TokenRequest request,
                                                          std::string address);
  /// A token that says this, beside what all of them say: who issued it, from when and until when, which is
  /// `end` at the latest. Errors: unauthenticated when that is over.
  Task<Result<protocol::api::token::TokenResponse>> sign(protocol::jose::Claims claims,
                                                         std::optional<Instant> end);
  /// The end of what is given for a subject token: where it is one of ours, it and its client set one.
  Task<Result<std::optional<Instant>>> end_of_exchange(protocol::jose::Claims subject);
  Task<Result<protocol::jose::Jwks>> jwks();
  protocol::api::token::Discovery discovery() const;

  /// Creates or changes; the result holds a secret only when one was made. A provisioner manages clients of
  /// the role participant alone. Errors: conflict for a configured client, forbidden.
  Task<Result<protocol::api::token::Client>> put_client(protocol::api::token::Client client,
                                                        platform::auth::Caller by);
  /// A secret that the caller made, so that it can be repeated and is told to nobody; the one before is good
  /// for `overlap` more. Errors: not_found, invalid_input for a short one, and those of `put_client`.
  Task<Result<void>> set_secret(std::string id, crypto::Secret secret, Duration overlap,
                                platform::auth::Caller by);
  Task<Result<void>> delete_client(std::string id, platform::auth::Caller by);
  Task<Result<std::vector<protocol::api::token::Client>>> clients();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::token_service
