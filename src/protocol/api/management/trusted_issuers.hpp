#pragma once

#include "protocol/api/management/dataspace.hpp"

/// The register of issuers whose credentials are believed under a dataspace profile, and for which types. It
/// is the `trustedIssuers` of the profile, entry by entry.
namespace kontor::protocol::api::management {

inline constexpr std::size_t trusted_issuers_max = 1000;  ///< of one profile
inline constexpr std::size_t supported_types_max = 100;   ///< of one issuer

struct TrustedIssuerEntry {
  TrustedIssuer issuer;  ///< its `@id` is that of the path where there is one
};
Result<void> read(const json::Node& node, TrustedIssuerEntry& out);
json::Value write(const TrustedIssuerEntry& entry);

/// Whether the register can be kept as it is: each issuer is a DID and stands in it once. Errors:
/// invalid_input, below `/trustedIssuers`.
Result<void> check_register(const std::vector<TrustedIssuer>& issuers);

/// Whether the issuer is trusted for credentials of the type.
bool supports(const TrustedIssuer& issuer, std::string_view type);

}  // namespace kontor::protocol::api::management
