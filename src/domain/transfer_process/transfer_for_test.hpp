#pragma once

#include "base/json/codec.hpp"
#include "domain/transfer_process/codec.hpp"
#include "domain/transfer_process/decide.hpp"
#include "domain/transfer_process/outgoing.hpp"

/// Transfers between did:web:consumer and did:web:provider, for tests.
namespace kontor::domain::transfer_process::testing {

inline const Did consumer_id{"did:web:consumer"};
inline const Did provider_id{"did:web:provider"};
inline const Pid consumer_pid{"c-1"};
inline const Pid provider_pid{"p-1"};
inline const dsp::Pids both{provider_pid, consumer_pid};
inline const Instant start = from_epoch_seconds(1'795'000'000);

inline Role other(Role role) {
  return role == Role::consumer ? Role::provider : Role::consumer;
}
inline const Did& did_of(Role role) {
  return role == Role::consumer ? consumer_id : provider_id;
}
inline const Pid& pid_of(Role role) {
  return role == Role::consumer ? consumer_pid : provider_pid;
}

inline std::string address_of(Role role) {
  return role == Role::consumer ? "https://consumer.example/dsp" : "https://provider.example/dsp";
}
inline Peer peer_of(Role role) {
  return {did_of(other(role)), address_of(other(role)), "profile"};
}

inline Subject subject(Direction direction) {
  const std::string type = direction == Direction::push ? "HttpData-PUSH" : "HttpData-PULL";
  return {EntityId{"contract"}, dsp::AgreementId{"agreement"}, dsp::DatasetId{"asset"}, type, direction, {}};
}

inline dsp::DataAddress address(std::string token = "t-1") {
  return {"https://w3id.org/idsa/v4.1/HTTP", "https://data.example", {{"authorization", std::move(token)}}};
}

/// The same with a token that is good for a minute and can be renewed.
inline dsp::DataAddress renewable(std::string token, std::string refresh_token) {
  auto made = address(std::move(token));
  made.properties.push_back({"refreshToken", std::move(refresh_token)});
  made.properties.push_back({"expiresIn", "60"});
  return made;
}

inline Envelope envelope_to(Role role, std::string id) {
  return {MessageId{std::move(id)}, did_of(other(role)), both};
}

/// Terms that end two hours after the start, and rest on a status that is believed for a minute.
inline PolicyWatch policy_watch() {
  return {.moments = {start + std::chrono::hours(2)},
          .believed_for = std::chrono::minutes(1),
          .looked_at = start,
          .unknown_since = {}};
}

inline Initiate initiate(Direction direction = Direction::pull) {
  Initiate command;
  command.pid = consumer_pid;
  command.participant = consumer_id;
  command.peer = peer_of(Role::consumer);
  command.callback_address = address_of(Role::consumer);
  command.subject = subject(direction);
  return command;
}

inline RequestReceived first_request(Direction direction = Direction::pull, Then then = {},
                                     std::string id = "m-0") {
  RequestReceived message;
  message.envelope = {MessageId{std::move(id)}, consumer_id, {{}, consumer_pid}};
  message.pid = provider_pid;
  message.participant = provider_id;
  message.callback_address = address_of(Role::provider);
  message.peer = peer_of(Role::provider);
  message.subject = subject(direction);
  if (direction == Direction::push) message.data_address = address();
  message.then = std::move(then);
  return message;
}

/// Whether a message of ours is on its way in this state, when it is entered in the usual way.
inline bool sends_in(State state) {
  switch (state) {
    case State::requesting:
    case State::starting:
    case State::suspending:
    case State::resuming_requested:
    case State::completing:
    case State::terminating:
      return true;
    default:
      return false;
  }
}

/// A transfer process as it is while this party is in `state`.
inline TransferProcess process(Role role, Direction direction, State state) {
  using Known = dsp::TransferState;
  const std::pair<State, Known> known[] = {
      {State::started, Known::started},
      {State::suspending, Known::started},
      {State::suspending_requested, Known::suspended},
      {State::suspended, Known::suspended},
      {State::resuming, Known::suspended},
      {State::resuming_requested, Known::suspended},
      {State::resumed, Known::started},
      {State::completing, Known::started},
      {State::completing_requested, Known::completed},
      {State::completed, Known::completed},
      {State::terminating, Known::started},
      {State::terminating_requested, Known::terminated},
      {State::terminated, Known::terminated},
      {State::startup_requested, role == Role::consumer ? Known::started : Known::requested}};
  TransferProcess made;
  made.role = role;
  made.pid = pid_of(role);
  made.peer_pid = pid_of(other(role));
  made.participant = did_of(role);
  made.peer = peer_of(role);
  made.callback_address = address_of(role);
  made.subject = subject(direction);
  made.created_at = start;
  made.state_at = start;
  made.state = state;
  for (const auto& [at, protocol_state] : known) {
    if (at == state) made.protocol_state = protocol_state;
  }
  if (role == Role::provider) made.policy_watch = policy_watch();
  made.has_flow = true;
  made.data_plane = "dp";
  if (sends_in(state)) made.pending = MessageId{"pending"};
  made.awaits_address = state == State::resumed;
  if (!made.ended()) made.data_address = address();
  return made;
}

/// Applies an event that is expected to be legal.
inline Decision must(const TransferProcess* current, const Event& event) {
  auto decision = decide(current, event, start);
  invariant(decision.has_value(), decision ? "" : decision.error().detail.c_str());
  return std::move(*decision);
}

}  // namespace kontor::domain::transfer_process::testing
