#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json/json.hpp"
#include "base/time/time.hpp"
#include "protocol/jose/jwt.hpp"
#include "protocol/vc/credential.hpp"

/// Credentials as tokens: the JWT with a `vc` claim (profile `vc11-sl2021/jwt`) and the JWS whose payload is
/// the credential itself (profile `vc20-bssl/jwt`). Signing happens in three steps: the signing input from
/// here, a signature from the vault, `jose::assemble`.
namespace kontor::protocol::vc {

/// The key that a signature will be made with.
struct Signer {
  jose::Algorithm alg = jose::Algorithm::es256;
  std::string kid;  ///< absolute: `did#fragment`
};

/// A credential as it came. Nothing in it is proven before `verify_credential`.
struct SignedCredential {
  std::string token;
  jose::Jwt jwt;
  Credential credential;  ///< of a 1.1 token completed from its claims: `iss`, `sub`, `nbf`, `exp`, `jti`

  Format format() const { return credential.format; }
};

/// One that was read is never changed: whoever sees its token again may hand out the same.
using SignedCredentialPtr = std::shared_ptr<const SignedCredential>;

inline constexpr std::size_t credential_bytes_max = 256 * 1024;

/// Reads either form; a `vc` claim makes it 1.1, whatever its `@context` says (status lists of EDC). A 1.1
/// credential that contradicts its token's `iss` is refused. Errors: those of `parse_jwt`, malformed,
/// invalid_input.
Result<SignedCredential> parse_credential(std::string_view token);

/// The header and payload that make the credential a token, in the form of `credential.format`.
/// 1.1: `iss`, `sub` (the first subject), `jti` (the credential's id), `nbf`, `exp`, `iat`, `vc`.
/// 2.0: the credential, and `iat` and `exp`; header `typ` is `vc+jwt`.
std::string credential_signing_input(const Credential& credential, const Signer& signer, Instant now);

}  // namespace kontor::protocol::vc
