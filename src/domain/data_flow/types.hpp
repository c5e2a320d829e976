#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/time/time.hpp"
#include "domain/data_flow/sealed_address.hpp"
#include "protocol/dps/endpoints.hpp"
#include "protocol/dps/types.hpp"
#include "protocol/dsp/types.hpp"

/// A data plane's side of a transfer. [DPS 1.0, data flow state machine]
namespace kontor::domain::data_flow {

using protocol::dps::AgreementId;
using protocol::dps::Callback;
using protocol::dps::ControlPlaneId;
using protocol::dps::DataFlowId;
using protocol::dps::DatasetId;
using protocol::dps::Direction;
using protocol::dps::MessageId;
using protocol::dps::ProcessId;
using protocol::dps::State;
using protocol::dsp::Role;  ///< consumer: made by prepare; provider: made by start

/// What a control plane ordered. Equal terms are how an order that is sent again is recognised.
struct Terms {
  ProcessId process_id;
  AgreementId agreement_id;
  DatasetId dataset_id;
  std::string participant_id;  ///< of our side
  std::string counter_party_id;
  std::string dataspace_context;
  std::string profile;  ///< the transfer profile
  std::vector<std::string> labels;
  json::Object claims;  ///< of the counter-party
  json::Object metadata;

  bool operator==(const Terms&) const = default;
};

/// Who is told what becomes of the flow.
struct ControlPlane {
  ControlPlaneId id;
  std::string callback_address;

  bool operator==(const ControlPlane&) const = default;
};

using GrantId = Id<struct GrantIdTag>;

/// An access token that was given out. The plane derives the token from its own key and `id`, so that it can
/// write the same address again for a repeated message or a callback; stored is only what recognises the
/// token.
struct Grant {
  GrantId id;
  std::string token_sha256;  ///< lower-case hexadecimal
  std::optional<std::string> refresh_token_sha256;
  Instant issued_at;
  std::optional<Instant> expires_at;

  bool operator==(const Grant&) const = default;
};

/// What the counter-party gets of us: the address without its secrets, and the grant that they come from.
struct Opening {
  DataAddress address;
  std::optional<Grant> grant;

  bool operator==(const Opening&) const = default;
};

struct Counters {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;

  bool operator==(const Counters&) const = default;
};

enum class Message : std::uint8_t { prepare, start, started, suspend, resume, terminate, completed };

struct DataFlow {
  DataFlowId id;  ///< the process id
  ContextId participant_context;
  Role role = Role::consumer;
  Direction direction = Direction::pull;
  State state = State::initialized;
  Instant state_since;
  Terms terms;
  ControlPlane control_plane;
  std::optional<SealedAddress> source;           ///< provider: where the data is
  std::optional<SealedAddress> counter_address;  ///< what the counter-party opened for us
  std::optional<DataAddress> own_address;        ///< what we opened for it, without secrets
  std::optional<Grant> grant;
  std::optional<Grant> previous_grant;  ///< replaced by a renewal; good until it expires
  std::optional<Instant> open_until;    ///< when an asynchronous prepare or start is overdue
  Counters counters;
  Message last_message = Message::prepare;
  std::vector<std::string> handled;  ///< ids of the newest messages and reports, oldest first
  std::string last_error;

  bool operator==(const DataFlow&) const = default;
};

/// A prepare or start is answered at once, with what was opened; or the plane needs time, until a moment at
/// the latest.
struct Ready {
  std::optional<Opening> opening;  ///< of the side that owns the address
};
struct Later {
  std::optional<Instant> until;
};
using Readiness = std::variant<Ready, Later>;

/// To the consumer's data plane.
struct PrepareReceived {
  MessageId message_id;
  ContextId participant_context;
  Terms terms;
  ControlPlane control_plane;
  Readiness readiness;
};
/// To the provider's data plane.
struct StartReceived {
  MessageId message_id;
  ContextId participant_context;
  Terms terms;
  ControlPlane control_plane;
  std::optional<SealedAddress> source;
  std::optional<SealedAddress> counter_address;  ///< where to push
  Readiness readiness;
};
/// To the consumer's data plane: the provider has started.
struct StartedReceived {
  MessageId message_id;
  std::optional<SealedAddress> counter_address;  ///< where to pull from
};
struct SuspendReceived {
  MessageId message_id;
  std::string reason;
};
struct ResumeReceived {
  MessageId message_id;
  std::optional<SealedAddress> counter_address;  ///< the counter-party's new one
  std::optional<Opening> opening;                ///< our new one, where the address is ours
};
struct TerminateReceived {
  MessageId message_id;
  std::string reason;
};
struct CompletedReceived {
  MessageId message_id;
};

/// Access was opened, or data has begun to move.
struct Opened {
  std::optional<Opening> opening;
};
/// What the plane itself cannot mend: the control plane is told, the state stays.
struct Failed {
  std::string reason;
};
/// A finite transfer has moved all of its data.
struct Finished {};
/// The counter-party renewed its token. Refused (unauthenticated) unless it presented the refresh token of
/// the grant in force or, after a lost answer, that of the one before.
struct Renewed {
  std::string presented_sha256;
  Grant grant;
};
/// A report of use; one that comes twice counts once.
struct Counted {
  std::string report_id;
  Counters more;
};
/// The control plane could not be told.
struct CallbackFailed {
  Callback callback = Callback::errored;
  std::string reason;
  /// Since when nobody has answered who might; empty: it was refused, and is not said again.
  std::optional<Instant> unheard_since = {};
};
struct OpeningOverdue {};

using Event = std::variant<PrepareReceived, StartReceived, StartedReceived, SuspendReceived, ResumeReceived,
                           TerminateReceived, CompletedReceived, Opened, Failed, Finished, Renewed, Counted,
                           CallbackFailed, OpeningOverdue>;

/// Serve or fetch, send or receive, as role and direction say. Outcomes: Opened, Failed; later Finished or
/// Failed.
struct OpenAccess {
  DataFlowId flow;

  bool operator==(const OpenAccess&) const = default;
};
/// Stop it; tokens that were given out are no longer good.
struct CloseAccess {
  DataFlowId flow;
  bool for_ever = false;  ///< the flow's secrets are to be deleted from the vault

  bool operator==(const CloseAccess&) const = default;
};
/// Tell the control plane. Retried until it answers 2xx, for a day, as long as it is still true.
struct NotifyControlPlane {
  DataFlowId flow;
  ControlPlane control_plane;
  Callback callback = Callback::prepared;
  State state = State::prepared;
  bool with_address = false;  ///< the flow's own address, its secrets derived from the grant
  std::string error;
  Instant since = {};  ///< when it came to be true

  bool operator==(const NotifyControlPlane&) const = default;
};

using Effect = std::variant<OpenAccess, CloseAccess, NotifyControlPlane>;

}  // namespace kontor::domain::data_flow
