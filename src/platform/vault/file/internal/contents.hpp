#pragma once

#include <map>
#include <string>

#include "base/crypto/keys.hpp"
#include "base/crypto/secret.hpp"
#include "base/result/result.hpp"
#include "base/text/bytes.hpp"

namespace kontor::platform::vault::file {

/// A private key as it is stored. Its scalar where it has one, since parsing that is ten times faster than
/// PKCS #8.
struct StoredKey {
  crypto::KeyType type;
  crypto::Secret material;  ///< seed or scalar; PKCS #8 for RSA

  bool operator==(const StoredKey&) const = default;
};

StoredKey store_key(const crypto::PrivateKey& key);
Result<crypto::PrivateKey> restore_key(const StoredKey& stored);

/// Everything that a context keeps in the vault.
struct Contents {
  std::map<std::string, StoredKey> keys;
  std::map<std::string, crypto::Secret> secrets;
};

/// The most that one context may hold, encoded.
inline constexpr std::size_t contents_bytes_max = 16 * 1024 * 1024;

/// Version 1 of the form inside the encrypted file: a version byte, then for the keys and for the secrets a
/// count and the entries; numbers are big-endian. Written to a buffer that is never moved, so that no copy is
/// left in memory.
crypto::Secret encode(const Contents& contents);
/// Errors: storage_failed for anything that `encode` did not write.
Result<Contents> decode(BytesView encoded);

}  // namespace kontor::platform::vault::file
