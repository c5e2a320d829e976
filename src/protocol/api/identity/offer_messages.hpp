#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "protocol/dcp/messages.hpp"

/// Bodies of the Identity API about offers of credentials, which the reference has no routes for.
namespace kontor::protocol::api::identity {

/// Whose offers are accepted without asking anybody.
struct TrustedOfferer {
  Did id;
  std::vector<std::string> supported_types{"*"};  ///< types of credentials; `*`: every type

  bool operator==(const TrustedOfferer&) const = default;
};
Result<void> read(const json::Node& node, TrustedOfferer& out);
json::Value write(const TrustedOfferer& offerer);

/// What becomes of an offer that is not accepted by trust.
enum class OtherOffers : std::uint8_t {
  ask,     ///< it waits for somebody
  ignore,  ///< it is acknowledged and not kept
};

/// What a participant does about offers.
struct CredentialOfferPolicy {
  std::vector<TrustedOfferer> trusted_issuers;
  OtherOffers others = OtherOffers::ask;

  bool operator==(const CredentialOfferPolicy&) const = default;
};
/// Refused: more than 1,000 issuers.
Result<void> read(const json::Node& node, CredentialOfferPolicy& out);
json::Value write(const CredentialOfferPolicy& policy);

struct CredentialOffer {
  std::string id;
  Did issuer;
  std::string state;
  std::vector<dcp::CredentialObject> credentials;  ///< completed from the issuer's metadata
  Instant received_at;
  std::optional<Instant> lapses_at;          ///< while it waits for somebody
  std::optional<dcp::HolderPid> holder_pid;  ///< the credential request that it led to
  std::optional<std::string> rejection;      ///< how it was rejected: `declined`, `lapsed`, …
  std::optional<std::string> rejection_reason;
};
Result<void> read(const json::Node& node, CredentialOffer& out);
json::Value write(const CredentialOffer& offer);

}  // namespace kontor::protocol::api::identity
