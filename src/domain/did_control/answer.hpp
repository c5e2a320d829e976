#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/did/document.hpp"
#include "protocol/jose/jwt.hpp"

/// The answer to a challenge: a token that the DID's controller signed over it.
namespace kontor::domain::did_control {

/// Taken apart; nothing is proven before `verify`.
struct Answer {
  protocol::jose::Jwt jwt;
  std::string nonce;  ///< the claim `nonce`, or `token`, where a secure token service puts what it is given
};

inline constexpr std::size_t answer_bytes_max = 16 * 1024;

/// A compact JWS whose `iss` and `sub` are the DID, whose `kid`, if it has one, is of the DID, and in which a
/// challenge stands. Errors: invalid_input at /proof.
Result<Answer> read_answer(std::string_view token, const Did& did);

struct Expected {
  Instant now;
  Did did;
  Did audience;  ///< as it was told with the challenge
  protocol::did::RelationshipPolicy relationships = protocol::did::RelationshipPolicy::strict;
};

/// Checks, with the DID's document as it is now: it is that of the DID; signature by a key for
/// `authentication`; `aud`; `exp`, `nbf` and `iat` where they stand. The result is the key's id, absolute.
/// Errors: forbidden, with why.
Result<std::string> verify(const Answer& answer, const protocol::did::DidDocument& document,
                           const Expected& expected);

}  // namespace kontor::domain::did_control
