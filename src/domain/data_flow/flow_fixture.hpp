#pragma once

#include <string>

#include "domain/data_flow/decide.hpp"

/// What the tests of this module start from.
namespace kontor::domain::data_flow::testing {

inline const Instant noon = parse_instant("2026-11-21T12:00:00Z").value();

struct Side {
  Role role;
  Direction direction;
};
inline constexpr Side all_sides[] = {{Role::consumer, Direction::pull},
                                     {Role::consumer, Direction::push},
                                     {Role::provider, Direction::pull},
                                     {Role::provider, Direction::push}};

inline Terms terms_of(Direction direction) {
  return {.process_id = ProcessId("tp1"),
          .agreement_id = AgreementId("ag1"),
          .dataset_id = DatasetId("ds1"),
          .participant_id = "did:web:us",
          .counter_party_id = "did:web:them",
          .dataspace_context = "dsp",
          .profile = direction == Direction::push ? "http-push" : "http-pull",
          .labels = {},
          .claims = {},
          .metadata = {}};
}

inline SealedAddress their_address(std::string endpoint = "https://them/data") {
  return {.open = {.endpoint_type = "http", .endpoint = std::move(endpoint), .properties = {}},
          .sealed = {{"authorization", "flows/tp1/authorization"}}};
}

inline Grant grant(const std::string& name) {
  return {.id = GrantId(name),
          .token_sha256 = "token-" + name,
          .refresh_token_sha256 = "refresh-" + name,
          .issued_at = noon,
          .expires_at = noon + std::chrono::minutes(5)};
}

inline Opening opening(const std::string& name) {
  return {.address = {.endpoint_type = "http", .endpoint = "https://us/data", .properties = {}},
          .grant = grant(name)};
}

inline const ControlPlane control_plane{.id = ControlPlaneId("cp"),
                                        .callback_address = "https://cp/signaling"};

inline PrepareReceived prepare(std::string id, Direction direction,
                               Readiness readiness = Ready{opening("g1")}) {
  return {.message_id = MessageId(std::move(id)),
          .participant_context = ContextId("ctx"),
          .terms = terms_of(direction),
          .control_plane = control_plane,
          .readiness = std::move(readiness)};
}

inline StartReceived start(std::string id, Direction direction, Readiness readiness = Ready{opening("g1")}) {
  StartReceived event{.message_id = MessageId(std::move(id)),
                      .participant_context = ContextId("ctx"),
                      .terms = terms_of(direction),
                      .control_plane = control_plane,
                      .source = their_address("https://source"),
                      .counter_address = {},
                      .readiness = std::move(readiness)};
  if (direction == Direction::push) event.counter_address = their_address();
  return event;
}

inline Event begin(std::string id, Side side, Readiness readiness = Ready{opening("g1")}) {
  if (side.role == Role::consumer) return prepare(std::move(id), side.direction, std::move(readiness));
  return start(std::move(id), side.direction, std::move(readiness));
}

inline DataFlow after(const DataFlow& flow, const Event& event, Instant now = noon) {
  return decide(&flow, event, now).value().next;
}

/// A flow that came to `state` on the straight way there.
inline DataFlow flow_in(State state, Side side) {
  const bool consumer = side.role == Role::consumer;
  if (state == State::preparing || state == State::starting) {
    return decide(nullptr, begin("begin", side, Later{}), noon).value().next;
  }
  auto flow = decide(nullptr, begin("begin", side), noon).value().next;
  if (state == State::prepared) return flow;
  if (consumer) flow = after(flow, StartedReceived{MessageId("started"), {}});
  if (state == State::suspended) return after(flow, SuspendReceived{MessageId("suspend"), "pause"});
  if (state == State::completed) return after(flow, CompletedReceived{MessageId("completed")});
  if (state == State::terminated) return after(flow, TerminateReceived{MessageId("terminate"), "enough"});
  return flow;
}

}  // namespace kontor::domain::data_flow::testing
