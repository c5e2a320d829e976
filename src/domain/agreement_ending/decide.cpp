#include "domain/agreement_ending/decide.hpp"

#include "protocol/dsp/negotiation.hpp"
#include "protocol/dsp/paths.hpp"

namespace kontor::domain::agreement_ending {
namespace {

const dsp::Pid& pid_of(const dsp::Pids& pids, dsp::Role role) {
  return role == dsp::Role::consumer ? pids.consumer : pids.provider;
}

EndTransfers end_transfers(const AgreementEnding& ending) {
  return {ending.what.agreement, ending.what.by, ending.what.reason};
}

Decision unchanged(const AgreementEnding& current) {
  return {current};
}

Decision open(const End& command, Instant now) {
  Decision decision{{.what = command.what, .at = now}};
  auto& next = decision.next;
  decision.effects.push_back(end_transfers(next));
  const auto receiver = next.what.role == dsp::Role::consumer ? dsp::Role::provider : dsp::Role::consumer;
  if (next.what.by == EndedBy::peer) {
    next.peer_knows = true;
  } else if (pid_of(next.what.pids, receiver).empty() || next.what.peer.address.empty()) {
    next.not_told = "it is not known where the peer takes messages about this agreement";
  } else {
    decision.effects.push_back(TellPeer{next.what.peer, dsp::MessageId{next.what.agreement.str() + "-end"},
                                        next.what.pids, receiver, next.what.reason});
  }
  decision.happened.emplace_back("contract.agreement.ended");
  return decision;
}

Decision on(const AgreementEnding& current, const End&) {
  return unchanged(current);
}

Decision on(const AgreementEnding& current, const TransfersEnded&) {
  auto decision = unchanged(current);
  if (current.state != State::settling) return decision;
  decision.next.state = State::ended;
  decision.happened.emplace_back("contract.agreement.settled");
  return decision;
}

Decision on(const AgreementEnding& current, const PeerTold&) {
  auto decision = unchanged(current);
  decision.next.peer_knows = true;
  decision.happened.emplace_back("contract.agreement.peerTold");
  return decision;
}

Decision on(const AgreementEnding& current, const PeerNotTold& outcome) {
  auto decision = unchanged(current);
  decision.next.not_told = outcome.detail;
  decision.happened.emplace_back("contract.agreement.peerNotTold");
  return decision;
}

Decision on(const AgreementEnding& current, const LateTransfersAreThere&) {
  auto decision = unchanged(current);
  if (current.state != State::ending) return decision;
  decision.next.state = State::settling;
  decision.effects.push_back(end_transfers(current));
  return decision;
}

}  // namespace

Result<Decision> decide(const AgreementEnding* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& what) { return on(*current, what); }, event);
  if (const auto* command = std::get_if<End>(&event)) return open(*command, now);
  return fail(ErrorCode::not_found, "the agreement was not ended");
}

std::optional<Instant> Machine::due_at(const Entity& ending) {
  if (ending.state != State::ending) return std::nullopt;
  return ending.at + late_transfers;
}

Event Machine::due_event(const Entity&) {
  return LateTransfersAreThere{};
}

std::optional<Event> Machine::failed(const Effect& effect, const Error& error) {
  if (std::holds_alternative<EndTransfers>(effect)) return std::nullopt;
  return PeerNotTold{error.message()};
}

bool Machine::ended(const Entity& ending) {
  return ending.state == State::ended;
}

Outgoing outgoing(const TellPeer& effect) {
  const dsp::ContractNegotiationTerminationMessage message{effect.message, effect.pids,
                                                           dsp::Reason::of(effect.reason)};
  return {dsp::paths::agreement_termination(effect.peer.address, pid_of(effect.pids, effect.receiver)),
          json::encode(message)};
}

}  // namespace kontor::domain::agreement_ending
