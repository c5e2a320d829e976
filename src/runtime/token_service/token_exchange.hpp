#pragma once

#include <string>
#include <vector>

#include "platform/auth/token_verifier.hpp"
#include "platform/http/client.hpp"
#include "runtime/token_service/mappings.hpp"
#include "runtime/token_service/token_service.hpp"

namespace kontor::runtime::token_service {

/// Exchanges tokens of trusted outside issuers (of workloads, of an identity provider) for access tokens of
/// ours, by which their subjects act for the participant contexts that mappings name. No secret is stored on
/// either side. No client is authenticated: the subject token alone says who exchanges, and the service's own
/// issuer may be one of those that are trusted. Used on the io thread. [RFC 8693]
class TokenExchange {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::engine::Engine& engine;
    platform::http::Client& client;
    TokenService& tokens;
  };
  /// `issuers`: whose subject tokens are trusted, each with the audience that they must be for; where none is
  /// said, that is `own_audience`. Their keys are fetched through the SSRF guard, as `reach` says.
  TokenExchange(Services services, std::vector<platform::auth::TrustedIssuer> issuers,
                std::string own_audience);

  /// Errors, with the code of RFC 6749 §5.2 that they become: invalid_input (invalid_request); forbidden at
  /// /subject_token (invalid_grant), at /resource, /scope or /audience (unauthorized_client), or elsewhere
  /// (invalid_scope); unavailable while an issuer's keys cannot be fetched (server_error).
  Task<Result<protocol::api::token::TokenResponse>> exchange(protocol::api::token::TokenRequest request);
  /// Whether any issuer is trusted.
  bool offered() const { return offered_; }
  Mappings& mappings() { return mappings_; }

 private:
  Task<Result<protocol::jose::Claims>> verify(std::string subject_token);

  platform::async::Clock& clock_;
  TokenService& tokens_;
  std::string own_audience_;
  bool offered_;
  platform::auth::TokenVerifier verifier_;
  Mappings mappings_;
};

}  // namespace kontor::runtime::token_service
