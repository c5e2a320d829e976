#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/state_codes.hpp"
#include "base/time/time.hpp"
#include "domain/credential/ids.hpp"
#include "protocol/dcp/ids.hpp"
#include "protocol/vc/credential.hpp"

/// A credential that a participant holds: the token as it was delivered, what it says, and whether it is
/// still good. Its signature, issuer and subject were verified before it came here. [Identity API,
/// VerifiableCredentialResource]
namespace kontor::domain::credential {

/// What the credential is at the moment, by its dates and its issuer's status lists. Codes below 500 and the
/// negative one of the identity API belong to requests (domain/credential_request) and are never a stored
/// credential's.
enum class State : std::uint8_t { issued, revoked, suspended, expired, not_yet_valid };

inline constexpr json::StateCodes<State, 5> state_codes{{
    {State::issued, "ISSUED", 500},
    {State::revoked, "REVOKED", 600},
    {State::suspended, "SUSPENDED", 700},
    {State::expired, "EXPIRED", 800},
    {State::not_yet_valid, "NOT_YET_VALID", 900},
}};

/// How often an issuer's status lists are looked at while nothing is presented, and how soon again when that
/// failed.
inline constexpr Duration status_interval = std::chrono::hours(1);
inline constexpr Duration status_retry = std::chrono::minutes(5);
/// How long before its end a credential is renewed, and until when after it. Each at a moment of its own, up
/// to a tenth of the time that is left later, so that credentials that were issued together do not come back
/// to their issuer together.
inline constexpr Duration renewal_grace = std::chrono::hours(24 * 7);
inline constexpr Duration renewal_distance_min = std::chrono::hours(1);
inline constexpr Duration renewal_given_up = std::chrono::hours(24 * 30);
/// How soon a renewal that failed is tried again: a sixteenth of the time that is left within these bounds,
/// doubled with each failure, and up to a quarter later.
inline constexpr Duration renewal_retry_min = std::chrono::minutes(1);
inline constexpr Duration renewal_retry_first_max = std::chrono::hours(1);
inline constexpr Duration renewal_retry_max = std::chrono::hours(24);
/// How long before the end of a credential its owner is warned, unless somebody says otherwise.
inline constexpr Duration warned_before = std::chrono::hours(24 * 7);

struct StoredCredential {
  CredentialId id;
  std::string token;                    ///< as delivered
  protocol::vc::Credential credential;  ///< what the token says
  Did holder;                           ///< the first subject
  /// What was asked for; none for a credential that was put here by hand: it cannot be renewed.
  std::optional<protocol::dcp::CredentialObjectId> object_id;
  std::optional<json::Object> issuance_policy;
  std::optional<json::Object> reissuance_policy;
  json::Object metadata;  ///< of the owner

  State state = State::issued;
  Instant state_since;
  bool revoked = false;  ///< as the issuer's lists said last
  bool suspended = false;
  std::optional<Instant> check_at;  ///< when to look at the lists; none: not now, or a look is under way
  std::optional<Instant> renew_at;  ///< when to ask for a new one; none: never, or it is under way
  std::uint32_t renewals_failed = 0;
  bool renewed = false;  ///< there is a newer one: this one is left to end
  /// Of the holder's credentials that the issuer may look at when it is asked for a new one.
  std::vector<std::string> renewal_scopes = {};
  std::vector<Instant> warn_at;  ///< when its owner is told that it will end, the next first

  bool operator==(const StoredCredential&) const = default;
};

/// A credential was delivered, or put here by its owner.
struct Store {
  CredentialId id;
  std::string token;
  protocol::vc::Credential credential;
  std::optional<protocol::dcp::CredentialObjectId> object_id;
  std::optional<json::Object> issuance_policy;
  std::optional<json::Object> reissuance_policy;
  json::Object metadata;
  std::vector<Duration> warn_before{warned_before};  ///< how long before its end its owner is told
  std::vector<std::string> renewal_scopes = {};      ///< those of the request that it was delivered for
};
/// The owner puts another one in its place.
struct Replace {
  Store with;
};
/// What the status lists say; `CheckStatus` was done.
struct StatusRead {
  bool revoked = false;
  bool suspended = false;
};
/// The status lists could not be read. The credential stays what it was, and is looked at again soon.
struct StatusUnreadable {};
/// The request for a new one came to its end. Late news of an earlier request count as long as they are good.
struct RenewalEnded {
  bool delivered = false;
};
/// A moment that the credential waits for: a date of its own, a look at the lists, a renewal.
struct Due {};
struct Delete {};

using Event = std::variant<Store, Replace, StatusRead, StatusUnreadable, RenewalEnded, Due, Delete>;

/// Look at the credential's status lists. Outcomes: StatusRead, StatusUnreadable.
struct CheckStatus {
  CredentialId id;

  bool operator==(const CheckStatus&) const = default;
};
/// Make a credential request for the same object, by which the issuer may see the same. Its end is
/// RenewalEnded.
struct RequestRenewal {
  CredentialId id;
  Did issuer;
  protocol::dcp::CredentialObjectId object_id;
  std::string type;
  protocol::vc::Format format = protocol::vc::Format::vc1_0_jwt;
  std::vector<std::string> scopes = {};

  bool operator==(const RequestRenewal&) const = default;
};

using Effect = std::variant<CheckStatus, RequestRenewal>;

}  // namespace kontor::domain::credential
