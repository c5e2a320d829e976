#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "protocol/jose/jwks.hpp"

/// Bodies of the token service. [RFC 6749 §4.4, §5; RFC 8414; RFC 8693 §2]
namespace kontor::protocol::api::token {

/// The form of a token request. The client's credentials may stand in the Authorization header instead, or an
/// assertion that it signed takes their place [RFC 7523 §2.2].
struct TokenRequest {
  std::string grant_type;
  std::string client_id;
  std::string client_secret;
  std::optional<std::string> scope;
  std::optional<std::string> audience;
  std::optional<std::string> client_assertion_type = {};
  std::optional<std::string> client_assertion = {};
  std::optional<std::string> resource = {};  ///< of an exchange: the participant context to act for
  std::optional<std::string> subject_token = {};
  std::optional<std::string> subject_token_type = {};
  std::optional<std::string> actor_token = {};
  std::optional<std::string> requested_token_type = {};
};

inline constexpr std::string_view client_credentials_grant = "client_credentials";
inline constexpr std::string_view token_exchange_grant = "urn:ietf:params:oauth:grant-type:token-exchange";
inline constexpr std::string_view jwt_token_type = "urn:ietf:params:oauth:token-type:jwt";
Result<void> read(const json::Node& node, TokenRequest& out);
json::Value write(const TokenRequest& request);

struct TokenResponse {
  std::string access_token;
  std::string token_type = "Bearer";
  std::int64_t expires_in = 0;  ///< seconds
  std::optional<std::string> scope;
  std::optional<std::string> issued_token_type = {};  ///< of an exchange
};
Result<void> read(const json::Node& node, TokenResponse& out);
json::Value write(const TokenResponse& response);

/// What the token service can do, beside where it is. [RFC 8414 §2]
struct Discovery {
  std::string issuer;
  std::string token_endpoint;
  std::string jwks_uri;
  std::vector<std::string> grant_types_supported = {};
  std::vector<std::string> token_endpoint_auth_methods_supported = {};
  std::vector<std::string> token_endpoint_auth_signing_alg_values_supported = {};
};
json::Value write(const Discovery& discovery);
Result<void> read(const json::Node& node, Discovery& out);

/// A client of the token service, as an administrator creates it. Without a secret and without keys that it
/// signs assertions with, a secret is made and told once. What a change leaves out is gone, the
/// end too; the secret alone stays.
struct Client {
  std::string client_id;
  std::optional<std::string> client_secret;
  std::optional<std::string> role;  ///< a name of platform/auth/caller.hpp
  std::optional<std::string> participant_context_id;
  std::vector<std::string> scopes;
  std::optional<jose::Jwks> jwks = {};
  std::optional<Instant> valid_until = {};  ///< from then on it gets no token; none lasts longer
};
Result<void> read(const json::Node& node, Client& out);
json::Value write(const Client& client);

/// A secret for a client that exists, made by whoever orders it.
struct ClientSecret {
  std::string client_secret;
  std::int64_t previous_good_for_seconds = 0;  ///< how long the one before stays good beside it
};
Result<void> read(const json::Node& node, ClientSecret& out);
json::Value write(const ClientSecret& secret);

}  // namespace kontor::protocol::api::token
