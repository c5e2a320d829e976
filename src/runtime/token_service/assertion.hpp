#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/store/store.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::runtime::token_service {

/// What a client shows in place of a secret: a token that it made and signed with a key of its own
/// (`private_key_jwt`). Nothing is proven before `verify`. [RFC 7523 §2.2, §3]
struct Assertion {
  protocol::jose::Jwt jwt;
  std::string client;  ///< who it is said to be by
};

inline constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// From now to its end at most: so long its `jti` is remembered.
inline constexpr Duration assertion_lifetime_max = std::chrono::minutes(10);

/// Errors: malformed; unauthenticated, when it names no client or two.
Result<Assertion> parse_assertion(std::string_view token);

struct AssertionExpectations {
  Instant now;
  std::vector<std::string> audiences;  ///< any of them: our issuer, the token endpoint
};
/// Its one use, which the caller has still to take. `keys`: the client's. Errors: unauthenticated; what was
/// wrong with a claim is told to nobody but who has the key.
Result<platform::store::SingleUse> verify(const Assertion& assertion, const protocol::jose::Jwks& keys,
                                          const AssertionExpectations& expected);

}  // namespace kontor::runtime::token_service
