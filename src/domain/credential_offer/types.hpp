#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/state_codes.hpp"
#include "base/time/time.hpp"
#include "domain/credential_request/types.hpp"
#include "protocol/dcp/messages.hpp"

/// An offer of credentials that an issuer sent to a holder unasked: what it is about, who decides about it,
/// and the credential request that it led to. [DCP 1.0, credential issuance protocol, Credential Offer API;
/// state codes as the reference has them]
namespace kontor::domain::credential_offer {

using credential_request::RequestedCredential;
using protocol::dcp::CredentialObject;
using protocol::dcp::HolderPid;

using CredentialOfferId = Id<struct CredentialOfferIdTag>;

enum class State : std::uint8_t {
  received,    ///< what is offered is being found out, or somebody has to decide
  processing,  ///< accepted: the credential request is being made
  processed,   ///< the credential request is made
  rejected,    ///< `Refusal::kind` says how
};

inline constexpr json::StateCodes<State, 4> state_codes{{
    {State::received, "RECEIVED", 100},
    {State::processing, "PROCESSING", 200},
    {State::processed, "PROCESSED", 300},
    {State::rejected, "REJECTED", 400},
}};

/// How long an offer waits for somebody's decision.
inline constexpr Duration waits_for = std::chrono::hours(24 * 30);
/// Within this time an offer that comes again is the same one: its sender has not had the answer.
inline constexpr Duration repeated_within = std::chrono::hours(1);

struct Refusal {
  enum class Kind : std::uint8_t {
    declined,  ///< by somebody
    lapsed,    ///< nobody decided in time
    ignored,   ///< the participant does not want to be asked
    unknown,   ///< the issuer does not say what it is, or it is in no format that we have
    failed,    ///< accepted, and no credential request could be made
  };
  Kind kind = Kind::declined;
  std::string reason;

  bool operator==(const Refusal&) const = default;
};

struct CredentialOffer {
  CredentialOfferId id;
  Did issuer;
  std::vector<CredentialObject> credentials;  ///< as offered, completed as far as the issuer says more
  State state = State::received;
  bool complete = false;  ///< nothing more is to be found out about what is offered
  Instant received_at;
  std::optional<Instant> lapses_at;     ///< while nobody has decided
  std::optional<HolderPid> holder_pid;  ///< of the credential request that it led to
  std::optional<Refusal> refusal;

  bool operator==(const CredentialOffer&) const = default;
};

/// What the participant does about offers of this issuer.
struct Policy {
  std::vector<std::string> accepted_types;  ///< without asking anybody; `*`: every type
  bool asks = true;                         ///< about what is not accepted so; else it is ignored
};

/// The issuer offers. The same offer again, later, is judged anew.
struct OfferReceived {
  CredentialOfferId id;
  Did issuer;  ///< who sent it, proven by its token
  std::vector<CredentialObject> credentials;
  Policy policy;
};
/// What the issuer says of everything that it issues.
struct MetadataRead {
  std::vector<CredentialObject> supported;
  Policy policy;
};
/// The issuer does not say it.
struct MetadataUnreadable {
  std::string reason;
};
/// Somebody accepts, or declines.
struct Accept {};
struct Decline {};
/// The moment at which the offer waits no longer.
struct Due {};
/// The credential request is made.
struct RequestMade {
  HolderPid holder_pid;
};
struct RequestFailed {
  std::string reason;
};

using Event = std::variant<OfferReceived, MetadataRead, MetadataUnreadable, Accept, Decline, Due, RequestMade,
                           RequestFailed>;

/// Read the issuer's metadata. Outcomes: MetadataRead, MetadataUnreadable.
struct ReadMetadata {
  Did issuer;

  bool operator==(const ReadMetadata&) const = default;
};
/// Make a credential request for what is offered. Outcomes: RequestMade, RequestFailed.
struct MakeRequest {
  Did issuer;
  std::vector<RequestedCredential> credentials;

  bool operator==(const MakeRequest&) const = default;
};

using Effect = std::variant<ReadMetadata, MakeRequest>;

}  // namespace kontor::domain::credential_offer
