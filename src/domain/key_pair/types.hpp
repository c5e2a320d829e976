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
#include "protocol/jose/jwk.hpp"

/// The key pairs of a participant: what each may sign, and how long others must be able to verify with it.
/// The private half lives in the vault under `private_key_alias`; this is only its public description.
/// [DCP 1.0, key rotation and revocation; identity API, key pairs]
namespace kontor::domain::key_pair {

using KeyPairId = Id<struct KeyPairIdTag>;

enum class State : std::uint8_t {
  created,    ///< signs nothing yet, in no DID document
  activated,  ///< signs, and stands in the DID document; a new one stands there first
  rotated,    ///< signs no more; stands in the DID document until `retires_at`, so that what it signed can be
              ///< verified
  revoked,    ///< must not be trusted: left the DID document at once
};

inline constexpr json::StateCodes<State, 4> state_codes{{
    {State::created, "CREATED", 100},
    {State::activated, "ACTIVATED", 200},
    {State::rotated, "ROTATED", 300},
    {State::revoked, "REVOKED", 400},
}};

enum class Usage : std::uint8_t { sign_credentials, sign_presentation, sign_token };

inline constexpr json::EnumNames<Usage, 3> usage_names{{
    {Usage::sign_credentials, "sign_credentials"},
    {Usage::sign_presentation, "sign_presentation"},
    {Usage::sign_token, "sign_token"},
}};

inline constexpr std::chrono::milliseconds use_duration_default = std::chrono::days(180);
/// How long a rotated key verifies at least: longer than any token or presentation lives, clocks that differ
/// included.
inline constexpr std::chrono::milliseconds token_overlap = std::chrono::minutes(10);
/// The same for a key that signed credentials before it was written down how long these live.
inline constexpr std::chrono::milliseconds unknown_overlap = std::chrono::days(180);
/// Keys of one age are not rotated together: each up to this part of its use earlier.
inline constexpr double jitter_max = 0.1;
/// How long before a key is rotated by time its owner is told, unless somebody says otherwise.
inline constexpr std::chrono::milliseconds rotation_warned_before = std::chrono::days(7);
/// After a rotation that did not succeed.
inline constexpr std::chrono::milliseconds rotation_retry = std::chrono::hours(24);

struct KeyPair {
  KeyPairId id;
  std::string key_id;                   ///< the verification method's id: a DID URL, or its fragment alone
  std::string group_name;               ///< the owner's own label
  std::string type = "JsonWebKey2020";  ///< of the verification method
  protocol::jose::Jwk public_key;
  std::string private_key_alias;  ///< in the owner's vault partition
  std::vector<Usage> usages;
  bool is_default = false;
  /// Rotated after so long, a little earlier; zero: by call only.
  std::chrono::milliseconds use_duration = use_duration_default;
  State state = State::created;
  std::optional<Instant> activated_at;
  /// Published, and not used before, while another key can sign: others keep the document without it for a
  /// while. None: from its activation on.
  std::optional<Instant> signs_from;
  /// When what it signed has expired. None: nobody wrote that down yet.
  std::optional<Instant> signed_until;
  std::optional<Instant> rotates_at;  ///< when a successor is looked for, or is to take over
  std::optional<Instant> warns_at;  ///< when its owner is told of its rotation by time; none: told, or never
  bool succession = false;          ///< a successor is being looked for
  /// What a rotation that waits asked for; once it is rotated, how long it verifies.
  std::optional<std::chrono::milliseconds> overlap;
  std::optional<Instant> retires_at;  ///< end of the overlap
  bool retired = false;               ///< rotated, and out of the DID document

  bool operator==(const KeyPair&) const = default;
};

/// What begins with the activation of a key.
struct Activation {
  std::chrono::milliseconds published_first{0};  ///< how long it is published before it signs
  double jitter = 0;                             ///< at random, from 0 to 1: how much earlier it is rotated
  std::chrono::milliseconds warned_before{0};    ///< its owner is told so long before; zero: never
};

/// A new key pair; the private key is in the vault already.
struct Create {
  KeyPair key_pair;  ///< its state, times and default flag are set by the other members
  bool activate = true;
  bool make_default = false;
  Activation activation = {};
};
struct Activate {
  Activation activation = {};
};
/// Another key pair of the owner became the default one.
struct DropDefault {};
/// It signs something that lives so long: written down before it does.
struct Signs {
  Instant until;
};
/// Its successor can sign: the owner is never without a key.
struct Rotate {
  std::optional<std::chrono::milliseconds> overlap = {};  ///< it verifies at least so long
};
/// Its successor is there and signs later; until then this one does.
struct AwaitSuccessor {
  Instant until;
  std::optional<std::chrono::milliseconds> overlap = {};
};
/// It will soon have been used for long enough.
struct RotationWarningDue {};
/// It has been used for long enough, or its successor can sign.
struct RotationDue {};
/// No successor could be made: this one goes on, and it is tried again.
struct SuccessionFailed {};
struct Revoke {};
/// The overlap of a rotation is over.
struct RetirementDue {};

using Event = std::variant<Create, Activate, DropDefault, Signs, Rotate, AwaitSuccessor, RotationWarningDue,
                           RotationDue, SuccessionFailed, Revoke, RetirementDue>;

/// The owner's DID document has to be written anew by `with_keys` and published.
struct PublishDidDocument {
  bool operator==(const PublishDidDocument&) const = default;
};
/// The private key is to be deleted from the vault; it will never sign again.
struct DestroyPrivateKey {
  std::string private_key_alias;

  bool operator==(const DestroyPrivateKey&) const = default;
};

/// Another key is to sign in its place: one that is there, or a new one. What comes of it is Rotate or
/// AwaitSuccessor.
struct FindSuccessor {
  bool operator==(const FindSuccessor&) const = default;
};

using Effect = std::variant<PublishDidDocument, DestroyPrivateKey, FindSuccessor>;

}  // namespace kontor::domain::key_pair
