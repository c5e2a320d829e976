#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/state_codes.hpp"
#include "base/time/time.hpp"
#include "domain/credential/ids.hpp"
#include "protocol/dcp/ids.hpp"
#include "protocol/vc/format.hpp"

/// The holder's side of a credential issuance: what was asked of which issuer, and what came of it.
/// [DCP 1.0, credential issuance protocol; state codes as the identity API shows them]
namespace kontor::domain::credential_request {

using protocol::dcp::CredentialObjectId;
using protocol::dcp::HolderPid;
using protocol::dcp::IssuerPid;
using protocol::vc::Format;

using credential::CredentialId;

enum class State : std::uint8_t {
  created,     ///< known, nothing is under way; never left by our own decisions, because making is sending
  requesting,  ///< the request is to be sent
  requested,   ///< the issuer has it
  issued,      ///< credentials were delivered
  error,       ///< rejected, or it never reached the issuer (`Failure::kind`)
};

inline constexpr json::StateCodes<State, 5> state_codes{{
    {State::created, "CREATED", 100},
    {State::requesting, "REQUESTING", 200},
    {State::requested, "REQUESTED", 300},
    {State::issued, "ISSUED", 400},
    {State::error, "ERROR", 500},
}};

/// One credential that was asked for. `type` and `format` never go out; a delivery is matched against them.
struct RequestedCredential {
  CredentialObjectId id;
  std::string type;
  Format format = Format::vc1_0_jwt;

  bool operator==(const RequestedCredential&) const = default;
};

struct Failure {
  enum class Kind : std::uint8_t {
    send_failed,  ///< every attempt to send failed; the issuer may have it nevertheless
    rejected,     ///< the issuer said no: final
  };
  Kind kind = Kind::send_failed;
  std::string reason;

  bool operator==(const Failure&) const = default;
};

struct CredentialRequest {
  HolderPid holder_pid;
  Did issuer;
  std::vector<RequestedCredential> credentials;
  State state = State::requesting;
  std::optional<IssuerPid> issuer_pid;
  std::vector<CredentialId> delivered;
  std::optional<Failure> failure;
  std::string refused;                     ///< why the last delivery could not be kept; empty: it could
  std::optional<CredentialId> renews;      ///< the held credential that this request renews
  std::uint32_t status_queries = 0;        ///< how often the issuer was asked what became of it
  std::optional<Instant> query_status_at;  ///< when to ask next
  std::vector<std::string> scopes = {};    ///< of the holder's credentials that the issuer may look at

  bool operator==(const CredentialRequest&) const = default;
};

/// The holder asks. Refused (conflict) when the holderPid is in use.
struct RequestMade {
  HolderPid holder_pid;
  Did issuer;
  std::vector<RequestedCredential> credentials;
  std::optional<CredentialId> renews;
  std::vector<std::string> scopes = {};  ///< of the holder's credentials that the issuer may look at
};
/// The issuer answered 2xx. The pid is the last segment of its `Location`; some issuers give none.
struct RequestAccepted {
  std::optional<IssuerPid> issuer_pid;
};
/// A CredentialMessage with status ISSUED, its credentials verified and stored. May come before
/// RequestAccepted.
struct CredentialsDelivered {
  Did issuer;  ///< who sent it, proven by its token
  IssuerPid issuer_pid;
  std::vector<CredentialId> credentials;
};
/// Its credentials cannot be kept, and the issuer was told so. It may deliver again.
struct DeliveryRefused {
  std::string reason;
};
/// A CredentialMessage with status REJECTED, or a final 4xx answer to the request.
struct Rejected {
  Did issuer;
  std::optional<IssuerPid> issuer_pid;
  std::string reason;
};
/// Sending was given up.
struct SendFailed {
  std::string reason;
};
/// It is time to ask the issuer.
struct StatusQueryDue {};
enum class RequestStatus : std::uint8_t { received, rejected, issued };
/// The issuer's answer; none: it could not be asked.
struct StatusAnswered {
  std::optional<RequestStatus> status;
};

using Event = std::variant<RequestMade, RequestAccepted, CredentialsDelivered, DeliveryRefused, Rejected,
                           SendFailed, StatusQueryDue, StatusAnswered>;

/// POST a CredentialRequestMessage to the issuer's IssuerService. Outcomes: RequestAccepted, Rejected,
/// SendFailed.
struct SendCredentialRequest {
  HolderPid holder_pid;
  Did issuer;
  std::vector<CredentialObjectId> credentials;
  std::vector<std::string> scopes = {};

  bool operator==(const SendCredentialRequest&) const = default;
};
/// GET the request's status from the issuer. Outcome: StatusAnswered.
struct QueryRequestStatus {
  Did issuer;
  IssuerPid issuer_pid;

  bool operator==(const QueryRequestStatus&) const = default;
};

/// Say to the credential that was to be renewed what came of it: apply `RenewalEnded` to it. Ordered when the
/// request ends, and once more when a delivery comes after all.
struct EndRenewal {
  CredentialId credential;
  bool delivered = false;  ///< something else than the credential itself

  bool operator==(const EndRenewal&) const = default;
};

using Effect = std::variant<SendCredentialRequest, QueryRequestStatus, EndRenewal>;

}  // namespace kontor::domain::credential_request
