#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/json.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "protocol/jose/jws.hpp"

namespace kontor::protocol::jose {

/// The claims of a token (RFC 7519 §4). Times are whole seconds on the wire; fractions are read and cut off.
struct Claims {
  std::optional<std::string> iss = {};
  std::optional<std::string> sub = {};
  std::vector<std::string> aud = {};  ///< one is written as a string, several as an array; both are read
  std::optional<Instant> exp = {};
  std::optional<Instant> nbf = {};
  std::optional<Instant> iat = {};
  std::optional<std::string> jti = {};
  json::Object rest = {};  ///< every other claim, as it is
};

/// Refused: a registered claim of another type, a time outside the years 1970 to 9999.
Result<void> read(const json::Node& node, Claims& out);
json::Value write(const Claims& claims);

/// A string claim among `rest`; nothing where it is absent or no string.
std::optional<std::string> text_claim(const Claims& claims, std::string_view name);

struct Jwt {
  Jws jws;
  Claims claims;
};

/// A token whose payload is a claims set. Errors as of `parse_jws`; malformed or invalid_input for the
/// claims.
Result<Jwt> parse_jwt(std::string_view token, std::size_t bytes_max = jws_bytes_max);

/// `header.claims`, ready to be signed.
std::string make_signing_input(const Header& header, const Claims& claims);

/// What a token must say.
struct Expectations {
  Instant now;
  std::optional<std::string> issuer = {};    ///< `iss` must be this, byte by byte
  std::optional<std::string> subject = {};   ///< `sub` must be this
  std::optional<std::string> audience = {};  ///< `aud` must hold this
  bool subject_is_issuer = false;            ///< `iss` and `sub` must be present and equal (self-issued)
  bool require_exp = true;
  bool require_iat = false;
  bool require_jti = false;
  Duration leeway = std::chrono::seconds(5);  ///< for clocks that differ: on `exp`, `nbf` and `iat`
  std::optional<Duration> lifetime_max = {};  ///< from `iat` to `exp`; needs `iat`
};

/// Checks claims whose signature was verified. `exp` at or before now, `nbf` or `iat` in the future, and
/// `iat` after `exp` are refused wherever they are present. Errors: unauthenticated, the pointer names the
/// claim.
Result<void> check_claims(const Claims& claims, const Expectations& expected);

}  // namespace kontor::protocol::jose
