#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/keys.hpp"
#include "base/json/fwd.hpp"
#include "base/result/result.hpp"
#include "protocol/jose/algorithm.hpp"

namespace kontor::protocol::jose {

/// A public key as JSON (RFC 7517; RFC 7518 §6, RFC 8037). It cannot hold a private member, so publishing one
/// cannot leak a key. Numbers are kept as they were read, base64url; keys of types that we cannot use are
/// kept too.
struct Jwk {
  std::string kty;  ///< `OKP`, `EC`, `RSA`
  std::string crv;  ///< `Ed25519`, `P-256`, `P-384`, `P-521`
  std::string x;
  std::string y;
  std::string n;
  std::string e;
  std::optional<std::string> kid;
  std::optional<std::string> alg;
  std::optional<std::string> use;
  std::vector<std::string> key_ops;

  bool operator==(const Jwk&) const = default;
};

/// Refused: a private or symmetric member (`d`, `k`, `p` …), since a key that stands in a public place with
/// its private half proves nothing; members that are no strings.
Result<void> read(const json::Node& node, Jwk& out);
json::Value write(const Jwk& jwk);

Jwk jwk_of(const crypto::PublicKey& key);

/// The key, parsed. Costs 20 µs for EC: keep the result. Errors: invalid_input for an unknown type or curve,
/// numbers that are no key, an `alg` of another type of key.
Result<crypto::PublicKey> public_key(const Jwk& jwk);

/// What a key of this type signs with, read from the names alone. Errors: invalid_input, as above.
Result<Algorithm> algorithm_of(const Jwk& jwk);

/// The key for checking signatures: as `public_key`, and `use` and `key_ops`, where present, must allow it.
Result<crypto::PublicKey> verification_key(const Jwk& jwk);

/// RFC 7638 with SHA-256, base64url. Errors: invalid_input where a member that it is made of is missing.
Result<std::string> thumbprint(const Jwk& jwk);

/// A key pair as JSON, OKP and EC. Only for import and explicit export.
struct PrivateJwk {
  Jwk key;
  crypto::Secret d;  ///< base64url
};
Result<void> read(const json::Node& node, PrivateJwk& out);
json::Value write(const PrivateJwk& jwk);

/// Errors: invalid_input for RSA.
Result<PrivateJwk> private_jwk_of(const crypto::PrivateKey& key);
/// Errors: invalid_input, also when the public members are not those of `d`.
Result<crypto::PrivateKey> private_key(const PrivateJwk& jwk);

}  // namespace kontor::protocol::jose
