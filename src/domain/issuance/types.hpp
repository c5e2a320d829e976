#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/json.hpp"
#include "base/json/state_codes.hpp"
#include "base/time/time.hpp"
#include "domain/issuance/ids.hpp"
#include "protocol/dcp/ids.hpp"
#include "protocol/vc/format.hpp"

/// The issuer's side of a credential issuance, from a holder's request to the delivery.
/// [DCP 1.0, credential issuance protocol; issuer administration API, issuance processes]
namespace kontor::domain::issuance {

using protocol::dcp::HolderPid;
using protocol::dcp::IssuerPid;

enum class State : std::uint8_t {
  submitted,  ///< waits for somebody who approves
  approved,   ///< to be generated and delivered
  delivered,  ///< the holder has it
  errored,    ///< refused, or not deliverable (`Failure::kind`)
};

inline constexpr json::StateCodes<State, 4> state_codes{{
    {State::submitted, "SUBMITTED", 50},
    {State::approved, "APPROVED", 100},
    {State::delivered, "DELIVERED", 200},
    {State::errored, "ERRORED", 300},
}};

struct Failure {
  enum class Kind : std::uint8_t {
    rejected,         ///< somebody said no: final
    delivery_failed,  ///< every attempt failed; can be tried again
    not_granted,      ///< attestations or rules said no; the same request is judged anew when it comes again
  };
  Kind kind = Kind::rejected;
  std::string reason;

  bool operator==(const Failure&) const = default;
};

/// A credential that the process will make. Its id is fixed when the request comes in, so that a second
/// attempt makes the same credential and no other.
struct PlannedCredential {
  CredentialDefinitionId definition;
  std::string type;
  protocol::vc::Format format = protocol::vc::Format::vc1_0_jwt;
  IssuedCredentialId id;
  /// The one that it takes the place of, which stands until the holder has this one.
  std::optional<IssuedCredentialId> replaces = {};

  bool operator==(const PlannedCredential&) const = default;
};

/// Who asked for what.
struct Request {
  IssuerPid id;  ///< of the process; what the holder is told
  HolderPid holder_pid;
  HolderId holder;
  Did holder_did;
  std::vector<PlannedCredential> credentials;
  /// The holder's, to be echoed with the delivery (DCP 1.0 §6). Kept only while one is to come.
  std::optional<std::string> access_token;

  bool operator==(const Request&) const = default;
};

/// Others are asked what they attest.
struct Gathering {
  Instant since;
  std::string group;                  ///< of the effects that ask
  std::optional<Instant> again_at{};  ///< attempts have failed, and begin anew then
  std::string reason{};               ///< of that

  bool operator==(const Gathering&) const = default;
};

struct IssuanceProcess {
  Request request;
  State state = State::submitted;
  json::Object claims;  ///< what was attested, once approved
  std::optional<Failure> failure;
  std::optional<Gathering> gathering = {};  ///< while it is submitted
  bool delivering_again = false;            ///< delivered, and on the way to the holder once more

  bool operator==(const IssuanceProcess&) const = default;
};

/// What attestations and rules said of a request.
struct ApprovedVerdict {
  json::Object claims;
};
/// Attested, but a definition wants a person to approve.
struct PendingVerdict {
  json::Object claims;
};
struct RejectedVerdict {
  std::string reason;
};
/// Others have to be asked what they attest: they were not yet, or could not be.
struct UnattestedVerdict {
  std::string reason;
  std::string group = {};  ///< who shares a bound on being asked: the issuer
};
using Verdict = std::variant<ApprovedVerdict, PendingVerdict, RejectedVerdict, UnattestedVerdict>;

/// A holder's request, for the first time or again: under the id that it gave it, it finds its process.
struct RequestReceived {
  Request request;
  Verdict verdict;
};
/// Others were asked, and this follows.
struct AttestationsGathered {
  Verdict verdict;
};
/// Asking them was given up for now.
struct GatheringFailed {
  std::string reason;
};
/// It is time to ask them again.
struct GatherAgain {};
/// Somebody approves a request that waits.
struct Approve {};
/// Somebody refuses it; the holder is told.
struct Reject {
  std::string reason;
};
/// The holder's credential service took the credentials.
struct Delivered {};
/// Delivering was given up.
struct DeliveryFailed {
  std::string reason;
};
/// An operator wants it delivered (again).
struct Redeliver {};
/// An administrator wants another credential made in the place of one that was delivered, of these claims.
struct Reissue {
  IssuedCredentialId replaced;
  PlannedCredential by;
  json::Object claims;
};

using Event = std::variant<RequestReceived, AttestationsGathered, GatheringFailed, GatherAgain, Approve,
                           Reject, Delivered, DeliveryFailed, Redeliver, Reissue>;

/// Ask others what they attest, and judge the request by it. Outcomes: AttestationsGathered, GatheringFailed.
struct GatherAttestations {
  IssuerPid id;
  std::string group;

  bool operator==(const GatherAttestations&) const = default;
};

/// Generate, sign and record the credentials, then POST a CredentialMessage to the holder's credential
/// service. A process that wants no delivery any more (`wants_delivery`) is left alone. Outcomes: Delivered,
/// DeliveryFailed.
struct DeliverCredentials {
  IssuerPid id;

  bool operator==(const DeliverCredentials&) const = default;
};
/// POST a CredentialMessage with status REJECTED. Its failure changes nothing: the holder can ask for the
/// status.
struct DeliverRejection {
  IssuerPid id;
  HolderPid holder_pid;
  Did holder_did;
  std::string reason;
  std::optional<std::string> access_token = {};  ///< the holder's, to be echoed

  bool operator==(const DeliverRejection&) const = default;
};

/// Revoke a credential in whose place there is another one, or that never arrived.
struct RevokeCredential {
  IssuedCredentialId id;
  std::string reason;

  bool operator==(const RevokeCredential&) const = default;
};

using Effect = std::variant<GatherAttestations, DeliverCredentials, DeliverRejection, RevokeCredential>;

}  // namespace kontor::domain::issuance
