#pragma once

#include <string_view>
#include <utility>

#include "base/crypto/hash.hpp"
#include "base/crypto/keys.hpp"
#include "base/lru/lru.hpp"
#include "protocol/vc/token.hpp"

namespace kontor::runtime::verifier {

struct KnownCredential {
  protocol::vc::SignedCredentialPtr credential;
  crypto::PublicKey key;  ///< its signature holds with this one
};

/// Credentials whose signature held, by their tokens: the same token says the same, and its signature holds
/// with the same key, whoever presents it to whom. So it is neither read nor checked again; whether the key
/// is still one of its issuer's, and all else of it, is looked at each time.
class KnownCredentials {
 public:
  /// `bytes_max`: about what all of them take in memory.
  explicit KnownCredentials(std::size_t bytes_max) : known_(count_max, bytes_max) {}

  /// Null when it is not known. Valid until the next change.
  const KnownCredential* find(std::string_view token) { return known_.find(crypto::sha256(token)); }

  /// For who trusts the issuer: a stranger takes no room. A large one is as good, and not kept.
  void keep(KnownCredential proven) {
    const auto& token = proven.credential->token;
    if (token.size() > token_bytes_max) return;
    const auto digest = crypto::sha256(token);
    const auto* before = known_.find(digest);
    if (before && before->key == proven.key) return;
    const auto bytes = token.size() * bytes_per_octet;
    known_.put(digest, std::move(proven), bytes);
  }

  void forget() { known_.clear(); }

 private:
  static constexpr std::size_t count_max = 65'536;
  static constexpr std::size_t token_bytes_max = 16 * 1024;
  /// What an octet of a token takes: it is kept as it is, as what it is signed over, and twice as its parts.
  static constexpr std::size_t bytes_per_octet = 10;

  Lru<crypto::Sha256, KnownCredential> known_;
};

}  // namespace kontor::runtime::verifier
