#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/crypto/keys.hpp"
#include "base/json/json.hpp"
#include "base/result/result.hpp"
#include "base/text/bytes.hpp"
#include "protocol/jose/algorithm.hpp"

/// Signed content in the compact form (RFC 7515 §7.1). Signing happens in three steps so that the key can
/// stay in the vault: `signing_input`, the vault's `sign`, `assemble`.
namespace kontor::protocol::jose {

struct Header {
  Algorithm alg = Algorithm::es256;
  std::optional<std::string> kid = {};
  std::optional<std::string> typ = {};
  std::optional<std::string> cty = {};
  json::Object rest = {};  ///< every other member, as it is
};

Result<void> read(const json::Node& node, Header& out);
json::Value write(const Header& header);

/// A token that was taken apart; nothing in it is proven before `verify`.
struct Jws {
  Header header;
  std::string payload;        ///< decoded
  std::string signing_input;  ///< what the signature covers: `header.payload` as they came
  Bytes signature;
};

inline constexpr std::size_t jws_bytes_max = 256 * 1024;

/// Refused: more than `bytes_max` bytes; anything but three parts in strict base64url; a header that is no
/// JSON object or has a key twice; `alg` none, symmetric or unknown; `b64`; any `crit` (we understand no
/// extension); a key or the address of one (`jwk`, `jku`, `x5c`, `x5u`). Errors: malformed, too_large;
/// unauthenticated for an algorithm, an extension or a key that is not accepted.
Result<Jws> parse_jws(std::string_view token, std::size_t bytes_max = jws_bytes_max);

/// Checks the signature. The header's `alg` must be that of the key's type. Errors: unauthenticated.
Result<void> verify(const Jws& jws, const crypto::PublicKey& key);

/// `header.payload`, ready to be signed.
std::string signing_input(const Header& header, std::string_view payload);
/// The token, of what was signed and its signature.
std::string assemble(std::string signing_input, BytesView signature);

}  // namespace kontor::protocol::jose
