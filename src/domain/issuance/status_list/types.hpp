#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time/time.hpp"
#include "domain/issuance/ids.hpp"
#include "protocol/vc/bitstring.hpp"
#include "protocol/vc/credential.hpp"
#include "protocol/vc/format.hpp"

/// A status list of an issuer: which places are taken, which bits are set, and the signed credential that
/// carries it. Many changes are signed at once; a list that does not change is signed anew before its
/// credential ends. [Bitstring Status List; StatusList2021]
namespace kontor::domain::issuance::status_list {

/// The shortest time between two signatures, and how long a signature is good.
inline constexpr Duration sign_interval = std::chrono::seconds(1);
inline constexpr Duration sign_retry = std::chrono::minutes(1);
inline constexpr Duration validity = std::chrono::hours(24 * 7);
/// How long before its end a list is signed anew.
inline constexpr Duration refresh_margin = std::chrono::hours(24 * 2);

/// The list as it is published.
struct Published {
  /// The credential as a token in both forms: EDC reads a list from a `vc` claim alone, others as a JOSE
  /// credential.
  std::string vc1_token;
  std::string vc2_token;
  std::uint64_t revision = 0;  ///< the state of the bits that was signed
  Instant signed_at;
  Instant valid_until;

  bool operator==(const Published&) const = default;
};

struct List {
  StatusListId id;
  std::string url;  ///< where it is published
  Did issuer;
  protocol::vc::StatusKind kind = protocol::vc::StatusKind::bitstring;
  std::string purpose = "revocation";
  bool open = true;               ///< gives out places
  protocol::vc::Bitstring taken;  ///< places that were given out
  protocol::vc::Bitstring bits;   ///< what verifiers see
  std::uint64_t revision = 1;     ///< grows with each change of `bits`
  std::optional<Published> published;
  std::optional<Instant> sign_at;  ///< when to sign; none: it is being signed

  bool operator==(const List&) const = default;
};

struct Create {
  StatusListId id;
  std::string url;
  Did issuer;
  protocol::vc::StatusKind kind = protocol::vc::StatusKind::bitstring;
  std::string purpose = "revocation";
  std::uint64_t size_bits = protocol::vc::Bitstring::size_bits_min;
};
/// Gives a place out; `choose_index` proposes one.
struct Take {
  std::uint64_t index = 0;
};
struct Mark {
  std::uint64_t index = 0;
  bool value = true;
};
/// No more places from this list.
struct Close {};
struct SigningDue {};
struct Signed {
  Published published;
};
struct SigningFailed {};

using Event = std::variant<Create, Take, Mark, Close, SigningDue, Signed, SigningFailed>;

/// Sign the list as it is when the effect runs, at least of this revision. Outcomes: Signed, SigningFailed.
struct SignList {
  StatusListId id;
  std::uint64_t revision = 0;

  bool operator==(const SignList&) const = default;
};

using Effect = std::variant<SignList>;

}  // namespace kontor::domain::issuance::status_list
