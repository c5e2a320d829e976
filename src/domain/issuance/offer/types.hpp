#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json/codec.hpp"
#include "domain/issuance/ids.hpp"

/// An issuer's offer of credentials to one of its holders, from the order to the holder's answer. What the
/// holder makes of it comes back as a request for credentials. [DCP 1.0, credential offer]
namespace kontor::domain::issuance::offer {

using OfferId = Id<struct OfferIdTag>;

enum class State : std::uint8_t {
  sending,
  sent,    ///< the holder's credential service took it
  failed,  ///< it refused, or cannot be reached
};
inline constexpr json::EnumNames<State, 3> state_names{{
    {State::sending, "SENDING"},
    {State::sent, "SENT"},
    {State::failed, "FAILED"},
}};

struct Offer {
  OfferId id;
  HolderId holder;
  Did holder_did;
  std::vector<CredentialDefinitionId> credentials;
  State state = State::sending;
  std::string reason = {};  ///< of a failure

  bool operator==(const Offer&) const = default;
};

struct Make {
  Offer offer;
};
struct Sent {};
struct SendFailed {
  std::string reason;
};

using Event = std::variant<Make, Sent, SendFailed>;

/// POST a CredentialOfferMessage to the holder's credential service. Outcomes: Sent, SendFailed.
struct SendOffer {
  OfferId id;

  bool operator==(const SendOffer&) const = default;
};

using Effect = std::variant<SendOffer>;

}  // namespace kontor::domain::issuance::offer
