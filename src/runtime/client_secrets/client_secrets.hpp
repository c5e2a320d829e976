#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/crypto/secret.hpp"
#include "base/crypto/secret_hash.hpp"
#include "base/lru/lru.hpp"
#include "platform/async/signal.hpp"
#include "runtime/client_secrets/guesses.hpp"
#include "runtime/client_secrets/kept_secrets.hpp"

namespace kontor::runtime::client_secrets {

inline constexpr std::size_t credential_bytes_max = 1024;  ///< of a client's id and of a secret
inline constexpr std::size_t chosen_secret_bytes_min = 32;
inline constexpr std::size_t generated_secret_bytes = 32;  ///< before they are written in hexadecimal

/// The grant that a client's secret serves (RFC 6749 §4.4). Errors: forbidden at /grant_type, for another
/// one.
Result<void> check_grant(std::string_view grant_type);

/// Whether a secret that somebody chose may be kept. Errors: invalid_input, at /clientSecret.
Result<void> check_chosen(const crypto::Secret& secret);

/// How long a secret may stay good beside the one that replaced it.
inline constexpr Duration overlap_max = std::chrono::hours(24 * 30);
/// Errors: invalid_input, at /previousGoodForSeconds.
Result<Duration> check_overlap(std::int64_t seconds);

/// Who somebody says to be.
struct Credentials {
  std::string id;
  std::string secret;
  std::string address;  ///< from which it is asked
};

/// The secrets of the clients of one service: kept as slow hashes, so checking them is bounded, for each
/// client and in all, and done beside the io thread; what was proven once is known again. Used on the io
/// thread.
class ClientSecrets {
 public:
  /// `hashing_threads` check secrets; 0: the io thread does, for simulations.
  ClientSecrets(Random& random, platform::async::Clock& clock, std::size_t hashing_threads);

  /// What is kept of a secret. The cost is for secrets that people choose, unless it is made at random.
  Task<std::string> hash(crypto::Secret secret, crypto::HashCost cost = {});

  /// Whether the secret is one of those that were hashed. Nothing matches where nothing is kept, as of a
  /// client that there is not; it costs what a wrong secret costs. One that was right before is known at
  /// once, whoever guesses beside. Errors: too_many_requests while too many are being checked, or after too
  /// many wrong ones from this address; internal when a hash cannot be read.
  Task<Result<bool>> matches(Credentials claimed, KeptSecrets kept);
  /// What is kept after a secret was set, beside which the one before stays good for `overlap`. The same one
  /// set again changes nothing. Errors: internal when a hash cannot be read.
  Task<Result<KeptSecrets>> replace(KeptSecrets kept, crypto::Secret next, Duration overlap);

 private:
  Task<Result<std::optional<std::string>>> find_match(std::string client, crypto::Secret secret,
                                                      std::vector<std::string> hashes);

  Random& random_;
  platform::async::Clock& clock_;
  Guesses guesses_;
  /// By the digest of id and secret: the hash that it was checked against.
  Lru<std::string, std::string> proven_;
  std::unordered_map<std::string, std::size_t> waiting_;  ///< by client
  std::size_t all_waiting_ = 0;
  const std::string nobody_;
  platform::async::Offload hashing_;
};

}  // namespace kontor::runtime::client_secrets
