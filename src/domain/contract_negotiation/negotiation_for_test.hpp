#pragma once

#include "base/json/codec.hpp"
#include "domain/contract_negotiation/agreement.hpp"
#include "domain/contract_negotiation/codec.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "domain/contract_negotiation/outgoing.hpp"
#include "domain/offer/rules.hpp"

/// Negotiations between did:web:consumer and did:web:provider about the dataset `asset`, for tests.
namespace kontor::domain::contract_negotiation::testing {

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

inline Peer peer_of(Role role) {
  const auto them = other(role);
  return {did_of(them),
          them == Role::provider ? "https://provider.example/dsp" : "https://consumer.example/dsp",
          "profile"};
}
inline std::string address_of(Role role) {
  return peer_of(other(role)).address;
}

/// An offer about `asset`; those with another price differ in a constraint.
inline odrl::Policy offer(std::string_view price = "1") {
  auto policy = json::decode<odrl::Policy>(fmt::format(
      R"({{"@id":"o","@type":"Offer","target":"asset","assigner":"did:web:provider",
         "permission":[{{"action":"use",
         "constraint":[{{"leftOperand":"price","operator":"eq","rightOperand":"{}"}}]}}]}})",
      price));
  invariant(policy.has_value(), "the test's offer can be read");
  return std::move(*policy);
}

inline odrl::Policy agreement_about(const odrl::Policy& last) {
  return offer::agreement_for(last, {dsp::AgreementId{"a-1"}, provider_id, consumer_id, start});
}

inline Envelope envelope_to(Role role, std::string id) {
  return {MessageId{std::move(id)}, did_of(other(role)), both};
}

inline FirstContact first_contact(Role role) {
  return {pid_of(role), did_of(role), address_of(role), address_of(other(role)), "profile"};
}

inline Request request() {
  return {consumer_pid, consumer_id, peer_of(Role::consumer), address_of(Role::consumer), {}, offer()};
}
inline OpenOffer open_offer() {
  return {provider_pid, provider_id, peer_of(Role::provider), address_of(Role::provider), {}, offer()};
}
inline RequestReceived first_request(std::string id = "m-first", Then then = {}) {
  return {{MessageId{std::move(id)}, consumer_id, {{}, consumer_pid}},
          first_contact(Role::provider),
          offer(),
          then};
}

/// A negotiation as it is while this party is in `state`.
inline ContractNegotiation negotiation(Role role, State state) {
  using Known = dsp::NegotiationState;
  ContractNegotiation made;
  made.role = role;
  made.pid = pid_of(role);
  made.peer_pid = pid_of(other(role));
  made.participant = did_of(role);
  made.peer = peer_of(role);
  made.callback_address = address_of(role);
  made.dataset = dsp::DatasetId{"asset"};
  made.offers.push_back({Role::consumer, offer(), start});
  made.created_at = start;
  made.state_at = start;
  made.state = state;
  const std::pair<State, Known> known[] = {
      {State::initial, Known::requested},    {State::requesting, Known::offered},
      {State::requested, Known::requested},  {State::offering, Known::requested},
      {State::offered, Known::offered},      {State::accepting, Known::offered},
      {State::accepted, Known::accepted},    {State::agreeing, Known::requested},
      {State::agreed, Known::agreed},        {State::verifying, Known::agreed},
      {State::verified, Known::verified},    {State::finalizing, Known::verified},
      {State::finalized, Known::finalized},  {State::terminating, Known::agreed},
      {State::terminated, Known::terminated}};
  for (const auto& [at, protocol_state] : known) {
    if (at == state) made.protocol_state = protocol_state;
  }
  const bool waits = state_names.name(state).ends_with("ING");
  if (waits) made.pending = MessageId{"pending"};
  if (state >= State::agreeing) made.agreement = Agreement{agreement_about(offer()), {}};
  return made;
}

/// Applies an event that is expected to be legal.
inline Decision must(const ContractNegotiation* current, const Event& event) {
  auto decision = decide(current, event, start);
  invariant(decision.has_value(), decision ? "" : decision.error().detail.c_str());
  return std::move(*decision);
}

}  // namespace kontor::domain::contract_negotiation::testing
