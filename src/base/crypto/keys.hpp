#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/crypto/secret.hpp"
#include "base/random/random.hpp"
#include "base/result/result.hpp"
#include "base/text/bytes.hpp"

/// Signature keys, parsed once and shared: copying one copies a pointer, and any number of threads may use it
/// at the same time. Parsing a private key costs as much as 18 signatures, so caches hold these values, never
/// bytes.
namespace kontor::crypto {

/// Each type has exactly one way to sign, so a signature cannot be read under another algorithm:
/// Ed25519 pure (RFC 8032), ECDSA with SHA-256, SHA-384, SHA-512 for P-256, P-384, P-521, RSASSA-PKCS1-v1_5
/// with SHA-256.
enum class KeyType : std::uint8_t { ed25519, p256, p384, p521, rsa };

std::string_view name_of(KeyType type);

struct EcCoordinates {
  BytesView x;
  BytesView y;
};

struct RsaComponents {
  BytesView n;
  BytesView e;
};

/// The numbers of a public key, big-endian; what its type does not have is empty. Coordinates have the full
/// length of the curve, `n` and `e` no leading zeros.
struct PublicParts {
  Bytes x;  ///< Ed25519 (the encoded point) and EC
  Bytes y;  ///< EC
  Bytes n;  ///< RSA
  Bytes e;  ///< RSA

  bool operator==(const PublicParts&) const = default;
};

class PublicKey {
 public:
  /// Errors of all: invalid_input when the numbers are no key (wrong length, point not on the curve) or a
  /// weak one (RSA below 2048 or above 8192 bits, an exponent below 3, even or above 32 bits, a modulus of
  /// the ROCA class; Ed25519 of small order or not reduced).
  static Result<PublicKey> from_ed25519(BytesView x);
  static Result<PublicKey> from_ec(KeyType curve, EcCoordinates point);
  /// A point in the form of SEC 1 §2.3.3, compressed or not.
  static Result<PublicKey> from_ec_point(KeyType curve, BytesView point);
  static Result<PublicKey> from_rsa(RsaComponents components);
  /// RSAPublicKey of RFC 8017 §A.1.1 in DER, as did:key holds it.
  static Result<PublicKey> from_rsa_der(BytesView der);
  /// SubjectPublicKeyInfo in PEM (`BEGIN PUBLIC KEY`).
  static Result<PublicKey> from_pem(std::string_view pem);

  KeyType type() const;
  const PublicParts& parts() const;
  /// SEC 1 §2.3.3; empty for other keys than EC.
  Bytes compressed_point() const;
  /// RFC 8017 §A.1.1 in DER; empty for other keys than RSA.
  Bytes rsa_der() const;
  std::string to_pem() const;

  bool operator==(const PublicKey& other) const { return type() == other.type() && parts() == other.parts(); }

  class Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

class PrivateKey {
 public:
  /// A new key of the bytes that `random` gives. Errors: invalid_input for RSA, which is imported only.
  static Result<PrivateKey> generate(KeyType type, Random& random);
  /// The seed of an Ed25519 key or the scalar of an EC key, big-endian, in full length. Errors:
  /// invalid_input.
  static Result<PrivateKey> from_scalar(KeyType type, BytesView scalar);
  /// PrivateKeyInfo of RFC 5208, unencrypted. Errors: malformed, invalid_input for a key of another type or a
  /// weak one.
  static Result<PrivateKey> from_pkcs8(BytesView der);
  /// `BEGIN PRIVATE KEY` or `BEGIN EC PRIVATE KEY`, unencrypted. Errors as above.
  static Result<PrivateKey> from_pem(std::string_view pem);

  KeyType type() const { return public_key_.type(); }
  const PublicKey& public_key() const { return public_key_; }
  /// Seed or scalar; empty for RSA.
  Secret scalar() const;
  Secret to_pkcs8() const;

  class Impl;
  PrivateKey(std::shared_ptr<const Impl> impl, PublicKey public_key)
      : impl_(std::move(impl)), public_key_(std::move(public_key)) {}
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
  PublicKey public_key_;
};

}  // namespace kontor::crypto
