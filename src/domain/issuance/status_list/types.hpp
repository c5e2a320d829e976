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

/// A status list of an issuer: which bits are set, and when the credential that carries them is signed. Many
/// changes are signed at once; a list that does not change is signed anew before its credential ends. Which
/// places are given out stands elsewhere (places.hpp), and so does what was signed (publication.hpp): a
/// change writes no more than the bits. [Bitstring Status List; StatusList2021]
namespace kontor::domain::issuance::status_list {

inline constexpr Duration sign_retry = std::chrono::minutes(1);
inline constexpr Duration validity = std::chrono::hours(24 * 7);
/// How long before its end a list is signed anew.
inline constexpr Duration refresh_margin = std::chrono::hours(24 * 2);

/// What was signed last.
struct Published {
  std::uint64_t revision = 0;  ///< the state of the bits that was signed
  Instant signed_at;
  Instant valid_until;
  Duration interval{0};  ///< the shortest time before the next signature

  bool operator==(const Published&) const = default;
};

struct List {
  StatusListId id;
  std::string url;  ///< where it is published
  Did issuer;
  protocol::vc::StatusKind kind = protocol::vc::StatusKind::bitstring;
  std::string purpose = "revocation";
  protocol::vc::Bitstring bits;  ///< what verifiers see
  std::uint64_t revision = 1;    ///< grows with each change of `bits`
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
struct Change {
  std::uint64_t index = 0;
  bool value = true;
};
/// In their order; all or none.
struct Mark {
  std::vector<Change> changes;
};
struct SigningDue {};
struct Signed {
  Published published;
};
struct SigningFailed {};

using Event = std::variant<Create, Mark, SigningDue, Signed, SigningFailed>;

/// Sign the list as it is when the effect runs, at least of this revision. Outcomes: Signed, SigningFailed.
struct SignList {
  StatusListId id;
  std::uint64_t revision = 0;

  bool operator==(const SignList&) const = default;
};

using Effect = std::variant<SignList>;

/// What verifiers write for a kind of list, also where it is stored.
inline constexpr json::EnumNames<protocol::vc::StatusKind, 2> kind_names{{
    {protocol::vc::StatusKind::bitstring, "BitstringStatusList"},
    {protocol::vc::StatusKind::status_list_2021, "StatusList2021"},
}};

}  // namespace kontor::domain::issuance::status_list
