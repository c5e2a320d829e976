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
  activated,  ///< signs, and stands in the DID document
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
/// How long a rotated key still verifies when nobody says otherwise.
inline constexpr std::chrono::milliseconds overlap_default = std::chrono::days(180);

struct KeyPair {
  KeyPairId id;
  std::string key_id;                   ///< the verification method's id: a DID URL, or its fragment alone
  std::string group_name;               ///< the owner's own label
  std::string type = "JsonWebKey2020";  ///< of the verification method
  protocol::jose::Jwk public_key;
  std::string private_key_alias;  ///< in the owner's vault partition
  std::vector<Usage> usages;
  bool is_default = false;
  std::chrono::milliseconds use_duration = use_duration_default;  ///< advice: rotate after that
  State state = State::created;
  std::optional<Instant> activated_at;
  std::optional<std::chrono::milliseconds> overlap;  ///< what the rotation asked for
  std::optional<Instant> retires_at;                 ///< end of the overlap
  bool retired = false;                              ///< rotated, and out of the DID document

  bool operator==(const KeyPair&) const = default;
};

/// A new key pair; the private key is in the vault already.
struct Create {
  KeyPair key_pair;  ///< its state, times and default flag are set by the other members
  bool activate = true;
  bool make_default = false;
};
struct Activate {};
/// Another key pair of the owner became the default one.
struct DropDefault {};
/// The successor is active already: the owner is never without a key.
struct Rotate {
  std::chrono::milliseconds overlap = overlap_default;
};
struct Revoke {};
/// The overlap of a rotation is over.
struct RetirementDue {};

using Event = std::variant<Create, Activate, DropDefault, Rotate, Revoke, RetirementDue>;

/// The owner's DID document has to be written anew by `with_keys` and published.
struct PublishDidDocument {
  bool operator==(const PublishDidDocument&) const = default;
};
/// The private key is to be deleted from the vault; it will never sign again.
struct DestroyPrivateKey {
  std::string private_key_alias;

  bool operator==(const DestroyPrivateKey&) const = default;
};

using Effect = std::variant<PublishDidDocument, DestroyPrivateKey>;

}  // namespace kontor::domain::key_pair
