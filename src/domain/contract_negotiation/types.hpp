#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/shared_object.hpp"
#include "base/result/error_code.hpp"
#include "base/time/time.hpp"
#include "domain/callback/types.hpp"
#include "protocol/dsp/types.hpp"
#include "protocol/odrl/policy.hpp"

/// A contract negotiation as one of its two parties keeps it: plain values.   [DSP 2025-1, contract
/// negotiation protocol]
namespace kontor::domain::contract_negotiation {

namespace dsp = protocol::dsp;
namespace odrl = protocol::odrl;
using callback::CallbackAddress;
using dsp::MessageId;
using dsp::Pid;
using dsp::Role;

/// Names and codes are those of the Management API. A state that ends in "ing" waits for the peer's
/// acknowledgement of the message that this party sent last.
enum class State : std::uint8_t {
  initial,
  requesting,
  requested,
  offering,
  offered,
  accepting,
  accepted,
  agreeing,
  agreed,
  verifying,
  verified,
  finalizing,
  finalized,
  terminating,
  terminated,
};
inline constexpr json::EnumNames<State, 15> state_names{{{State::initial, "INITIAL"},
                                                         {State::requesting, "REQUESTING"},
                                                         {State::requested, "REQUESTED"},
                                                         {State::offering, "OFFERING"},
                                                         {State::offered, "OFFERED"},
                                                         {State::accepting, "ACCEPTING"},
                                                         {State::accepted, "ACCEPTED"},
                                                         {State::agreeing, "AGREEING"},
                                                         {State::agreed, "AGREED"},
                                                         {State::verifying, "VERIFYING"},
                                                         {State::verified, "VERIFIED"},
                                                         {State::finalizing, "FINALIZING"},
                                                         {State::finalized, "FINALIZED"},
                                                         {State::terminating, "TERMINATING"},
                                                         {State::terminated, "TERMINATED"}}};
/// The Management API's number of a state: INITIAL 50 … TERMINATED 1400.
std::int32_t code_of(State state);

/// The other party, and under which dataspace profile we speak with it.
struct Peer {
  Did id;
  std::string address;  ///< its DSP base as provider, its callback address as consumer
  std::string profile;  ///< name of the dataspace profile, which is also the Management API's `protocol`

  bool operator==(const Peer&) const = default;
};

struct ExchangedOffer {
  Role from = Role::consumer;
  odrl::Policy offer;
  Instant at;

  bool operator==(const ExchangedOffer&) const = default;
};

/// What both agreed to. `policy` is the agreement as it was on the wire; its id is the one both parties
/// share.
struct Agreement {
  odrl::Policy policy;
  json::SharedObject claims;  ///< what the counter-party had proved when it agreed

  dsp::AgreementId id() const { return dsp::AgreementId{policy.id}; }

  bool operator==(const Agreement&) const = default;
};

/// Whose doing a termination is.
enum class EndedBy : std::uint8_t {
  nobody,         ///< it was not terminated
  us,             ///< by a command or a policy
  peer,           ///< by its message
  undeliverable,  ///< a message of ours was refused or could not be delivered
};
inline constexpr json::EnumNames<EndedBy, 4> ended_by_names{{{EndedBy::nobody, "NOBODY"},
                                                             {EndedBy::us, "US"},
                                                             {EndedBy::peer, "COUNTER_PARTY"},
                                                             {EndedBy::undeliverable, "UNDELIVERABLE"}}};

/// Somebody decides about what is on the table.
struct Waiting {
  std::optional<Instant> until;           ///< none: without end
  bool approves = false;                  ///< what is done then: the next step, or the end
  std::optional<odrl::Policy> agreement;  ///< that the next step sends, of the provider

  bool operator==(const Waiting&) const = default;
};

inline constexpr std::size_t seen_messages_max = 32;
/// How long after the acknowledgement of an agreement or of its verification the message is repeated, as long
/// as nothing follows. Nobody decides any more then, and a peer that answered 2xx may have lost it all the
/// same: EDC 0.15.1 does when two of its own threads write the process.
inline constexpr std::array<Duration, 3> repeated_after{std::chrono::seconds(10), std::chrono::minutes(1),
                                                        std::chrono::minutes(10)};
inline constexpr std::size_t offers_kept_max = 20;

struct ContractNegotiation {
  Role role = Role::consumer;
  Pid pid;          ///< our process id, and the entity's id
  Pid peer_pid;     ///< the other party's; empty until it is known
  Did participant;  ///< who we are
  Peer peer;
  std::string callback_address;                     ///< our DSP base, without a slash at its end
  std::vector<CallbackAddress> callback_addresses;  ///< who is told of this negotiation's events
  dsp::DatasetId dataset;
  std::vector<ExchangedOffer> offers;  ///< oldest first; at most `offers_kept_max`, older ones fall away
  /// What the consumer had proved with its last request or acceptance: of the provider only.
  json::SharedObject claims;
  std::optional<Agreement> agreement;
  State state = State::initial;
  /// The state that both parties know of: what a GET answers. Behind `state` while a message is on its way.
  dsp::NegotiationState protocol_state = dsp::NegotiationState::requested;
  Instant created_at;
  Instant state_at;          ///< when `state` was entered
  std::string error_detail;  ///< why it was terminated
  EndedBy ended_by = EndedBy::nobody;
  json::Object explanation;  ///< why we ended it, for our own side alone: never sent
  std::optional<Waiting> waiting;
  EntityId opened_for;          ///< of ours, who is told when it has ended; empty: nobody
  MessageId pending;            ///< our message that nobody has acknowledged yet; empty: none
  std::uint32_t sent = 0;       ///< messages sent so far; numbers the next one
  std::uint32_t repeated = 0;   ///< how often the last one was sent again since this state was entered
  std::vector<MessageId> seen;  ///< the last messages that were accepted, oldest first

  bool ended() const { return state == State::finalized || state == State::terminated; }
  dsp::Pids pids() const;
  /// The id of the message that was sent last.
  MessageId last_message() const { return MessageId{pid.str() + "-" + std::to_string(sent)}; }
  /// The peer has our last message, and nobody but its own machine can go on: an agreement is to be verified,
  /// or a verification to be finalized.
  bool awaits_peer() const;
  const odrl::Policy* last_offer() const { return offers.empty() ? nullptr : &offers.back().offer; }

  bool operator==(const ContractNegotiation&) const = default;
};

// ---- Commands: what this party wants
// ---------------------------------------------------------------------------------

/// Opens a negotiation as consumer.
struct Request {
  Pid pid;
  Did participant;
  Peer peer;
  std::string callback_address;
  std::vector<CallbackAddress> callback_addresses = {};
  odrl::Policy offer;        ///< with id, target and the provider as assigner
  EntityId opened_for = {};  ///< who goes on when it has ended
};
/// Opens a negotiation as provider.
struct OpenOffer {
  Pid pid;
  Did participant;
  Peer peer;
  std::string callback_address;
  std::vector<CallbackAddress> callback_addresses = {};
  odrl::Policy offer;
};
struct CounterRequest {  ///< consumer, while OFFERED
  odrl::Policy offer;
};
struct Accept {};   ///< consumer, while OFFERED
struct Verify {};   ///< consumer, while AGREED
struct MakeOffer {  ///< provider, while REQUESTED
  odrl::Policy offer;
};
struct Agree {             ///< provider, while REQUESTED or ACCEPTED
  odrl::Policy agreement;  ///< `offer::agreement_for` builds it from the last offer
};
struct Finalize {};  ///< provider, while VERIFIED
/// Either, while nothing that ends the negotiation is on its way.
struct Terminate {
  dsp::Reason reason;
  json::Object explanation = {};  ///< what is behind it, for our own side
};

/// Somebody decides by a later command. Of no account where there is nothing to decide.
struct Wait {
  std::optional<Duration> limit = {};
  bool approves = false;                       ///< what is done when nobody has
  std::optional<odrl::Policy> agreement = {};  ///< needed for that at the provider
};

using Command = std::variant<Request, OpenOffer, CounterRequest, Accept, Verify, MakeOffer, Agree, Finalize,
                             Terminate, Wait>;
/// What the service wants done at once about a message that it received: decided in the same step, so that
/// one commit holds the message and our answer to it. Nothing: hold, a command will come.
using Then = std::optional<Command>;

// ---- Messages from the peer
// ------------------------------------------------------------------------------------------

/// What every message has. `sender` is authenticated. Pids as in the body; those that it does not have are
/// empty.
struct Envelope {
  MessageId id;
  Did sender;
  dsp::Pids pids;
};
/// What a first message tells beside.
struct FirstContact {
  Pid pid;  ///< ours, new
  Did participant;
  std::string callback_address;  ///< ours
  std::string peer_address;      ///< its callbackAddress
  std::string profile;
};

struct RequestReceived {
  Envelope envelope;
  std::optional<FirstContact> first;  ///< for the initial request
  odrl::Policy offer;
  Then then = {};
  json::SharedObject claims = {};  ///< what the consumer has proved
};
struct OfferReceived {
  Envelope envelope;
  std::optional<FirstContact> first;  ///< for the initial offer
  odrl::Policy offer;
  Then then = {};
};
struct AcceptanceReceived {
  Envelope envelope;
  Then then = {};
  json::SharedObject claims = {};  ///< what the consumer has proved
};
struct AgreementReceived {
  Envelope envelope;
  odrl::Policy agreement;
  json::SharedObject claims = {};
  Then then = {};
};
struct VerificationReceived {
  Envelope envelope;
  Then then = {};
};
struct FinalizationReceived {
  Envelope envelope;
};
struct TerminationReceived {
  Envelope envelope;
  dsp::Reason reason;
};

// ---- Outcomes of our own messages
// ------------------------------------------------------------------------------------

/// The peer answered 2xx to the message. `peer_pid` from the body of the answer, if it has one.
struct Acknowledged {
  MessageId message;
  std::optional<Pid> peer_pid = {};
};
/// The message cannot be delivered: refused, or all attempts used up.
struct SendFailed {
  MessageId message;
  ErrorCode code = ErrorCode::peer_refused;
  std::string detail;
};

/// Nobody has decided within the time for it.
struct DecisionDue {};
/// The peer has acknowledged our last message, and nothing has followed for so long.
struct AnswerDue {};

using Event = std::variant<Request, OpenOffer, CounterRequest, Accept, Verify, MakeOffer, Agree, Finalize,
                           Terminate, Wait, DecisionDue, AnswerDue, RequestReceived, OfferReceived,
                           AcceptanceReceived, AgreementReceived, VerificationReceived, FinalizationReceived,
                           TerminationReceived, Acknowledged, SendFailed>;

// ---- Effects: messages to send (`outgoing` makes URL and body of them), what callbacks are told, a word to
// ourselves
// ------------------------------------

struct SendRequest {
  Peer peer;
  MessageId message;
  dsp::Pids pids;                               ///< provider empty: the initial request
  std::optional<std::string> callback_address;  ///< of the initial request
  odrl::Policy offer;
};
struct SendOffer {
  Peer peer;
  MessageId message;
  dsp::Pids pids;  ///< consumer empty: the initial offer
  std::optional<std::string> callback_address;
  odrl::Policy offer;
};
struct SendAcceptance {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
};
struct SendAgreement {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
  odrl::Policy agreement;
};
struct SendVerification {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
};
struct SendFinalization {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
};
struct SendTermination {
  Peer peer;
  MessageId message;
  dsp::Pids pids;
  Role receiver = Role::consumer;
  dsp::Reason reason;
};

/// It has ended: `opened_for` goes on.
struct TellOpener {
  EntityId opener;
};

using Effect = std::variant<SendRequest, SendOffer, SendAcceptance, SendAgreement, SendVerification,
                            SendFinalization, SendTermination, callback::Tell, TellOpener>;

template <class E>
concept ToPeer = requires(const E& effect) { effect.message; };

}  // namespace kontor::domain::contract_negotiation
