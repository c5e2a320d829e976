#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id/id.hpp"
#include "base/time/time.hpp"
#include "protocol/dcp/scope.hpp"
#include "protocol/did/document.hpp"
#include "protocol/jose/jwt.hpp"
#include "protocol/vc/evidence.hpp"

/// The two tokens of the Decentralized Claims Protocol (DCP 1.0, base protocol): the self-issued ID token
/// that proves who calls, and inside of it the access token by which a holder lets a verifier ask for
/// credentials.
namespace kontor::protocol::dcp {

/// What has to be remembered so that a token is used once: insert it atomically, refuse the token when it is
/// there already
/// (`replayed`), forget it at `keep_until`.
struct SingleUse {
  Did issuer;
  std::string jti;
  Instant keep_until;

  bool operator==(const SingleUse&) const = default;
};

/// A self-issued ID token to be made. Never reused: one for each HTTP attempt.
struct SelfIssuedToken {
  Did issuer;    ///< also the subject
  Did audience;  ///< the party that is called
  std::string jti;
  Instant now;
  Duration lifetime = std::chrono::minutes(5);
  std::optional<std::string> access_token;         ///< the claim `token`
  std::optional<std::string> pre_authorized_code;  ///< from an issuer that works with them
};
/// `nbf` is a few seconds back, so that a peer whose clock is late takes it at once.
std::string signing_input(const SelfIssuedToken& token, const vc::Signer& signer);

/// The token of an `Authorization` header. Errors: unauthenticated without the scheme `Bearer`.
Result<std::string> bearer_token(std::string_view authorization);

/// A self-issued token taken apart. Nothing is proven before `verify_self_issued`.
struct ReceivedToken {
  jose::Jwt jwt;
  vc::KeyReference key;  ///< whose document, and which method of it
};
/// Errors: unauthenticated, when it is no token, has no `iss` and `sub` that are equal, or names a key of
/// another DID.
Result<ReceivedToken> parse_self_issued(std::string_view token);

struct SelfIssuedExpectations {
  Instant now;
  Did audience;  ///< our DID
  bool access_token_required =
      false;  ///< true where a presentation follows: verifiers, and presentation queries
  Duration leeway = std::chrono::seconds(5);
  /// From `iat` to `exp`: so long it has to be remembered that a token was used. The longest of those that
  /// others are known to make is ten minutes.
  Duration lifetime_max = std::chrono::hours(1);
  did::RelationshipPolicy relationships = did::RelationshipPolicy::strict;
};

/// Who called, proven.
struct Caller {
  Did did;
  std::optional<std::string> access_token;
  std::optional<std::string> pre_authorized_code;
  SingleUse single_use;
};

/// Checks, with the caller's DID document: signature by a method for `capabilityInvocation`; the document is
/// the caller's; `iss` equals `sub`; `aud` holds us; `exp`, `iat` and `jti` present, `nbf` kept; no
/// `sub_jwk`; the access token; a lifetime in which its use can be remembered. Errors: not_found (no such
/// method: worth one look at a fresh document), unauthenticated.
Result<Caller> verify_self_issued(const ReceivedToken& token, const did::DidDocument& document,
                                  const SelfIssuedExpectations& expected);

/// An access token to be made by the holder, for the holder's own credential service.
struct AccessToken {
  Did holder;
  Did verifier;  ///< who may use it
  std::vector<Scope> scopes;
  std::string jti;
  Instant now;
  Duration lifetime = std::chrono::minutes(5);
};
std::string signing_input(const AccessToken& token, const vc::Signer& signer);

struct AccessTokenExpectations {
  Instant now;
  Did holder;     ///< the credential service's own DID
  Did presenter;  ///< who called, proven by the self-issued token
  Duration leeway = std::chrono::seconds(5);
};

/// What an access token allows.
struct Grant {
  std::vector<Scope> scopes;
  SingleUse single_use;
};

/// Checks, with the holder's own key: signature, made by and for the holder, to be used by the presenter, in
/// date, `jti` and `scope` present. Errors: unauthenticated; forbidden for scopes that cannot be read.
Result<Grant> verify_access_token(const jose::Jwt& token, const crypto::PublicKey& key,
                                  const AccessTokenExpectations& expected);

}  // namespace kontor::protocol::dcp
