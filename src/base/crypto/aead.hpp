#pragma once

#include <array>

#include "base/crypto/secret.hpp"
#include "base/random/random.hpp"
#include "base/result/result.hpp"
#include "base/text/bytes.hpp"

/// Authenticated encryption, AES-256-GCM (NIST SP 800-38D): 96-bit nonce, 128-bit tag behind the cipher text.
namespace kontor::crypto {

inline constexpr std::size_t aes_key_bytes = 32;
inline constexpr std::size_t aes_tag_bytes = 16;

/// Must differ for every message under one key. Random ones are safe for 2^32 messages.
using Nonce = std::array<std::byte, 12>;
Nonce new_nonce(Random& random);

class AesKey {
 public:
  /// Errors: invalid_input for anything but 32 bytes.
  static Result<AesKey> from(BytesView bytes);
  static AesKey generate(Random& random);

  BytesView bytes() const { return secret_.bytes(); }

 private:
  explicit AesKey(Secret secret) : secret_(std::move(secret)) {}
  Secret secret_;
};

struct SealInput {
  BytesView plaintext;
  BytesView associated_data;  ///< authenticated, not encrypted: says what the message is and where it belongs
};
/// The cipher text with its tag: `plaintext.size() + aes_tag_bytes`.
Bytes seal(const AesKey& key, const Nonce& nonce, SealInput input);

struct OpenInput {
  BytesView sealed;
  BytesView associated_data;
};
/// Errors: malformed when key, nonce, associated data or any bit of the message is not what it was.
Result<Secret> open(const AesKey& key, const Nonce& nonce, OpenInput input);

}  // namespace kontor::crypto
