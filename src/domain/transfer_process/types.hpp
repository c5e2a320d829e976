#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/json.hpp"
#include "base/result/error_code.hpp"
#include "base/time/time.hpp"
#include "domain/callback/types.hpp"
#include "protocol/dsp/types.hpp"

/// A transfer process as one of its two parties keeps it: plain values.   [DSP 2025-1, transfer process
/// protocol]
namespace kontor::domain::transfer_process {

namespace dsp = protocol::dsp;
using callback::CallbackAddress;
using dsp::MessageId;
using dsp::Pid;
using dsp::Role;

/// Names and codes are those of the Management API. `…ing`: our message to the peer is on its way, or its
/// data flow step before. `…_requested`: the data plane is at it because the peer asked (or, for preparation
/// and startup, because it takes its time); for resuming: our own request to resume is on its way.
enum class State : std::uint8_t {
  initial,
  preparation_requested,
  requesting,
  requested,
  starting,
  startup_requested,
  started,
  suspending,
  suspending_requested,
  suspended,
  resuming,
  resuming_requested,
  resumed,
  completing,
  completing_requested,
  completed,
  terminating,
  terminating_requested,
  terminated,
};
inline constexpr json::EnumNames<State, 19> state_names{
    {{State::initial, "INITIAL"},
     {State::preparation_requested, "PREPARATION_REQUESTED"},
     {State::requesting, "REQUESTING"},
     {State::requested, "REQUESTED"},
     {State::starting, "STARTING"},
     {State::startup_requested, "STARTUP_REQUESTED"},
     {State::started, "STARTED"},
     {State::suspending, "SUSPENDING"},
     {State::suspending_requested, "SUSPENDING_REQUESTED"},
     {State::suspended, "SUSPENDED"},
     {State::resuming, "RESUMING"},
     {State::resuming_requested, "RESUMING_REQUESTED"},
     {State::resumed, "RESUMED"},
     {State::completing, "COMPLETING"},
     {State::completing_requested, "COMPLETING_REQUESTED"},
     {State::completed, "COMPLETED"},
     {State::terminating, "TERMINATING"},
     {State::terminating_requested, "TERMINATING_REQUESTED"},
     {State::terminated, "TERMINATED"}}};
/// The Management API's number of a state: INITIAL 100 … TERMINATED 850.
std::int32_t code_of(State state);

/// Who moves the data: the consumer fetches, or the provider sends.
enum class Direction : std::uint8_t { pull, push };
inline constexpr json::EnumNames<Direction, 2> direction_names{
    {{Direction::pull, "PULL"}, {Direction::push, "PUSH"}}};
/// By the name of a transfer type: those that have `push` in their name, in any case, push.
Direction direction_of(std::string_view transfer_type);

struct Peer {
  Did id;
  std::string address;  ///< its DSP base as provider, its callback address as consumer
  std::string profile;  ///< name of the dataspace profile, which is also the Management API's `protocol`

  bool operator==(const Peer&) const = default;
};

/// What is transferred, under which agreement.
struct Subject {
  EntityId contract;           ///< our contract agreement document
  dsp::AgreementId agreement;  ///< the shared id
  dsp::DatasetId dataset;
  std::string transfer_type;
  Direction direction = Direction::pull;
  json::Object claims;  ///< what the counter-party had proved

  bool operator==(const Subject&) const = default;
};

/// What the data plane is chosen and told by.
struct DataplaneMetadata {
  std::vector<std::string> labels;
  json::Object properties;
  std::vector<std::string> profiles;

  bool operator==(const DataplaneMetadata&) const = default;
};

/// Whose doing a termination is.
enum class EndedBy : std::uint8_t {
  nobody,         ///< it was not terminated
  us,             ///< by a command, or because nobody may start it
  policy,         ///< the terms of the agreement are not fulfilled any more
  peer,           ///< by its message
  undeliverable,  ///< a message of ours was refused or could not be delivered
  data_plane,     ///< ours cannot carry it
};
inline constexpr json::EnumNames<EndedBy, 6> ended_by_names{{{EndedBy::nobody, "NOBODY"},
                                                             {EndedBy::us, "US"},
                                                             {EndedBy::policy, "POLICY"},
                                                             {EndedBy::peer, "COUNTER_PARTY"},
                                                             {EndedBy::undeliverable, "UNDELIVERABLE"},
                                                             {EndedBy::data_plane, "DATA_PLANE"}}};

/// When the terms of the agreement have to be looked at again while the transfer lives: of the provider, who
/// has to see to them. There is none where nothing about them can change.
struct PolicyWatch {
  /// When the passing of time alone may change what they say. Ascending. More may follow the last one.
  std::vector<Instant> moments;
  /// They rest on what others may change at any time (the status of a credential, a group of partners): how
  /// old a look at it may be.
  std::optional<std::chrono::milliseconds> believed_for;
  Instant looked_at;
  std::optional<Instant> unknown_since;  ///< what they rest on cannot be had

  std::optional<Instant> next_look() const;
  /// The last look was at the last moment: those that follow have to be found.
  bool is_used_up() const;

  bool operator==(const PolicyWatch&) const = default;
};
inline constexpr std::size_t policy_moments_max = 32;
/// For how long a transfer goes on while nobody can tell whether it still may.
inline constexpr std::chrono::hours policy_unknown_max{1};
inline constexpr std::chrono::minutes policy_unknown_retry{1};

/// Somebody decides whether it starts.
struct Waiting {
  std::optional<Instant> until;  ///< none: without end
  bool approves = false;         ///< what is done then: the start, or the end

  bool operator==(const Waiting&) const = default;
};

inline constexpr std::size_t seen_messages_max = 32;
/// How long a party that asked to resume waits for the peer's address before it goes on with the one that it
/// has.
inline constexpr std::chrono::seconds resume_address_timeout{30};

struct TransferProcess {
  Role role = Role::consumer;
  Pid pid;          ///< our process id, the entity's id, and the data plane's processId
  Pid peer_pid;     ///< empty until it is known
  Did participant;  ///< who we are
  Peer peer;
  std::string callback_address;                     ///< our DSP base, without a slash at its end
  std::vector<CallbackAddress> callback_addresses;  ///< who is told of this process's events
  Subject subject;
  DataplaneMetadata metadata;
  json::Object private_properties;
  State state = State::initial;
  /// The state that both parties know of: what a GET answers.
  dsp::TransferState protocol_state = dsp::TransferState::requested;
  Instant created_at;
  Instant state_at;
  std::string error_detail;
  EndedBy ended_by = EndedBy::nobody;
  json::Object explanation;  ///< why we ended it, for our own side alone: never sent
  std::optional<PolicyWatch> policy_watch;
  std::optional<Waiting> waiting;
  std::string data_plane;         ///< id of the data plane that carries the flow; empty: none yet
  std::string data_plane_choice;  ///< why it was chosen, in words
  bool has_flow = false;          ///< a data plane was asked for this process, so it has to be told the end
  std::optional<dsp::DataAddress> data_address;  ///< where the data is; dropped at the end
  std::optional<Instant> address_at;  ///< when it came, or its token was renewed: from then on that is good
  bool renewing = false;              ///< the counter-party is being asked for a new token
  std::string renewal_error;          ///< why the last renewal came to nothing; empty: it did not
  /// We resumed without an address and the peer may still send a new one: its start message is then legal
  /// while STARTED.
  bool awaits_address = false;
  /// The start message on its way is only the address for a peer that resumed: a refusal of it is no failure.
  bool start_is_echo = false;
  EntityId opened_for;  ///< of ours, who is told when it has started or ended; empty: nobody
  MessageId pending;    ///< our message that nobody has acknowledged yet
  /// A start message that goes out before the pending completion: the data plane was done before it was
  /// acknowledged.
  MessageId start_before_completion;
  std::uint32_t sent = 0;
  std::vector<MessageId> seen;

  bool ended() const { return state == State::completed || state == State::terminated; }
  dsp::Pids pids() const;
  /// The party whose data plane makes the address: the provider of a pull, the consumer of a push.
  bool owns_address() const { return (role == Role::provider) == (subject.direction == Direction::pull); }

  bool operator==(const TransferProcess&) const = default;
};

// ---- Commands
// --------------------------------------------------------------------------------------------------------

/// Opens a transfer as consumer.
struct Initiate {
  Pid pid;
  Did participant;
  Peer peer;
  std::string callback_address;
  std::vector<CallbackAddress> callback_addresses = {};
  Subject subject;
  DataplaneMetadata metadata = {};
  json::Object private_properties = {};
  bool prepare = true;  ///< false: the consumer has no data plane for this transfer (it fetches by itself)
  EntityId opened_for = {};  ///< who goes on when it has started or ended
};
struct Start {};  ///< provider, while REQUESTED
struct Suspend {  ///< either, while STARTED
  dsp::Reason reason;
};
struct Resume {};    ///< either, while SUSPENDED
struct Complete {};  ///< either, while STARTED
/// Either, unless it ended or its completion is on its way.
struct Terminate {
  dsp::Reason reason;
  EndedBy by = EndedBy::us;
  json::Object explanation = {};  ///< for our own side alone
};

/// Somebody decides by a later command. Of no account where there is nothing to decide.
struct Wait {
  std::optional<Duration> limit = {};
  bool approves = false;  ///< what is done when nobody has
};

using Command = std::variant<Initiate, Start, Suspend, Resume, Complete, Terminate, Wait>;
/// What the service wants done at once about a message, in the same commit. Nothing: hold.
using Then = std::optional<Command>;

// ---- Messages from the peer
// ------------------------------------------------------------------------------------------

struct Envelope {
  MessageId id;
  Did sender;      ///< authenticated
  dsp::Pids pids;  ///< as in the body; those that it does not have are empty
};
struct RequestReceived {
  Envelope envelope;
  Pid pid;  ///< ours, new
  Did participant;
  std::string callback_address;  ///< ours
  Peer peer;
  Subject subject;
  DataplaneMetadata metadata = {};
  std::optional<dsp::DataAddress> data_address = {};  ///< of a push
  std::optional<PolicyWatch> policy_watch = {};
  Then then = {};
};
struct StartReceived {
  Envelope envelope;
  std::optional<dsp::DataAddress> data_address = {};
  Then then = {};
};
struct CompletionReceived {
  Envelope envelope;
};
struct SuspensionReceived {
  Envelope envelope;
  dsp::Reason reason;
  Then then = {};
};
struct TerminationReceived {
  Envelope envelope;
  dsp::Reason reason;
};

// ---- Outcomes of our own messages
// ------------------------------------------------------------------------------------

/// The peer answered 2xx.
struct Acknowledged {
  MessageId message;
  std::optional<Pid> peer_pid = {};
};
struct SendFailed {
  MessageId message;
  ErrorCode code = ErrorCode::peer_refused;
  std::string detail;
};

// ---- Reports of the data plane: answers to our signals, or its callbacks
// -----------------------------------------------

/// It has taken a prepare or start and will report later. `choice`: why this data plane; empty where it
/// carried the flow before.
struct FlowPending {
  std::string data_plane;
  std::string choice = {};
};
struct FlowPrepared {
  std::string data_plane;
  std::optional<dsp::DataAddress> data_address = {};
  std::string choice = {};
};
struct FlowStarted {
  std::string data_plane;
  std::optional<dsp::DataAddress> data_address = {};
  std::string choice = {};
};
struct FlowSuspended {};
struct FlowResumed {
  std::optional<dsp::DataAddress> data_address = {};
};
struct FlowTerminated {};
/// All data has passed: its own report, or the answer to our `completed`.
struct FlowCompleted {};
/// Something is wrong that the data plane cannot mend. Changes no state: somebody decides.
struct FlowErrored {
  std::string detail;
};
/// A signal cannot be delivered, or was refused.
struct FlowFailed {
  std::string detail;
};
/// The data plane could not be told of a flow's end. It may serve it again when it is back, so it is told
/// until it has heard, or is not registered any more.
struct FlowUntold {
  bool completed = false;  ///< else terminated
  std::string detail;
};

/// The time to wait for the peer's address is over.
struct AddressOverdue {};
/// Nobody has decided within the time for it.
struct DecisionDue {};

// ---- The terms of the agreement, while the transfer lives
// ------------------------------------------------------------------------------------

/// They have to be looked at.
struct PolicyDue {};
/// They were: fulfilled, or refused and why.
struct PolicyJudged {
  struct Refusal {
    std::string reason;             ///< as the peer is told
    json::Object explanation = {};  ///< for our own side alone
  };
  /// What the transfer rests on from now on: the counter-party has proved it elsewhere since, or the moments
  /// of the watch were used up and others follow.
  struct Proof {
    json::Object claims;
    std::optional<PolicyWatch> watch;
  };
  std::optional<Refusal> refusal = {};
  std::optional<Proof> proof = {};  ///< without a refusal
};
/// What they rest on cannot be had at this moment.
struct PolicyUnknown {
  std::string detail;
};

// ---- Access   [DPS Profiles, Token Renewal]
// ------------------------------------------------------------------------------------

/// Somebody needs the data and the token is about to expire. What is under way already is not begun again.
struct RenewAccess {};
/// The counter-party gave a new token for the refresh token that was in force.
struct AccessRenewed {
  std::string refresh_token;  ///< that was presented
  dsp::DataAddress data_address;
};
struct AccessNotRenewed {
  std::string refresh_token;
  std::string detail;
};

using Event =
    std::variant<Initiate, Start, Suspend, Resume, Complete, Terminate, Wait, DecisionDue, RequestReceived,
                 StartReceived, CompletionReceived, SuspensionReceived, TerminationReceived, Acknowledged,
                 SendFailed, FlowPending, FlowPrepared, FlowStarted, FlowSuspended, FlowResumed,
                 FlowTerminated, FlowCompleted, FlowErrored, FlowFailed, FlowUntold, AddressOverdue,
                 PolicyDue, PolicyJudged, PolicyUnknown, RenewAccess, AccessRenewed, AccessNotRenewed>;

}  // namespace kontor::domain::transfer_process
