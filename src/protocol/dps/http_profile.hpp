#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/dps/data_address.hpp"

/// The one transfer profile with normative addresses: HTTP, with token renewal. [DPS Profiles, HTTP and Token
/// Renewal]
namespace kontor::protocol::dps {

inline constexpr std::string_view http_pull_profile = "https://w3id.org/dspace-sig/profile/http-pull";
inline constexpr std::string_view http_push_profile = "https://w3id.org/dspace-sig/profile/http-push";

/// How a client renews its access token before it expires.
struct TokenRenewal {
  std::string refresh_token;
  std::chrono::seconds expires_in{0};  ///< of the access token
  std::string refresh_endpoint;        ///< the data endpoint where the address names none

  bool operator==(const TokenRenewal&) const = default;
};

/// An HTTP data address, taken apart.
struct HttpAccess {
  std::string endpoint;
  std::optional<std::string> access_token;  ///< sent as `Authorization: Bearer …`
  std::optional<TokenRenewal> renewal;

  bool operator==(const HttpAccess&) const = default;
};

/// What an installation demands of addresses from outside.
struct HttpAddressRules {
  bool https_only = true;         ///< the profile's rule; loopback deployments and the kit use plain http
  bool renewal_required = false;  ///< the compatibility kit's rule; optional in the profile
};

/// Properties that are not known are ignored. Errors: invalid_input (no http address, an unsupported
/// `authType`, a refresh token without a readable `expiresIn`, a rule broken).
Result<HttpAccess> read_http_access(const DataAddress& address, const HttpAddressRules& rules);
DataAddress write_http_access(std::string_view profile, const HttpAccess& access);

/// What the refresh endpoint is asked: a form, or the same parameters in the query, where the specification's
/// example has them. [RFC 6749 §6]
struct TokenRenewalRequest {
  std::string grant_type;  ///< `refresh_token`
  std::string refresh_token;
};

/// What is missing stays empty: it may stand in the query.
Result<void> read(const json::Node& node, TokenRenewalRequest& out);
json::Value write(const TokenRenewalRequest& request);

/// What the refresh endpoint answers. `expires_in` is read as a number or as text. [RFC 6749 §5.1]
struct TokenRenewalResponse {
  std::string access_token;
  std::chrono::seconds expires_in{0};
  std::optional<std::string> refresh_token;  ///< replaces the one that was used

  bool operator==(const TokenRenewalResponse&) const = default;
};

Result<void> read(const json::Node& node, TokenRenewalResponse& out);
json::Value write(const TokenRenewalResponse& response);

}  // namespace kontor::protocol::dps
