#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/time/time.hpp"

/// Whether a participant context controls the DID that it brought along: challenges that it was given,
/// answers that it tried, and the one that proved it.
namespace kontor::domain::did_control {

inline constexpr Duration challenge_time = std::chrono::minutes(10);
inline constexpr std::size_t challenges_max = 5;  ///< open at one time
/// Answers that a context may try in `tries_time`: each makes us fetch a document that somebody else names.
inline constexpr std::size_t tries_max = 10;
inline constexpr Duration tries_time = std::chrono::minutes(10);
inline constexpr std::size_t reason_bytes_max = 1024;

struct Challenge {
  std::string nonce;
  Instant expires_at;

  bool operator==(const Challenge&) const = default;
};

struct Proof {
  Instant at;
  std::string key_id;  ///< the verification method that signed, absolute

  bool operator==(const Proof&) const = default;
};

/// Of one participant context over one DID.
struct Control {
  Did did;
  std::vector<Challenge> challenges;  ///< not answered yet; may have expired
  std::vector<Instant> tries;         ///< the latest, oldest first
  std::string last_refusal;           ///< why the last answer proved nothing; empty: there was none
  std::optional<Proof> proof;

  bool operator==(const Control&) const = default;
};

/// A challenge is wanted; `nonce` is random.
struct Ask {
  Did did;
  std::string nonce;
};
/// An answer is about to be looked at.
struct Try {};
/// It proves nothing.
struct Refuse {
  std::string reason;
};
/// It was signed by a key of the DID over this nonce.
struct Prove {
  std::string nonce;
  std::string key_id;
};

using Event = std::variant<Ask, Try, Refuse, Prove>;

/// Nothing is to be done outside.
using Effect = std::variant<std::monostate>;

}  // namespace kontor::domain::did_control
