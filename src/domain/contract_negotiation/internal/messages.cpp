#include <algorithm>

#include "domain/contract_negotiation/internal/step.hpp"
#include "protocol/dsp/pids.hpp"
#include "protocol/odrl/difference.hpp"

namespace kontor::domain::contract_negotiation::internal {

using dsp::NegotiationState;

namespace {

enum class Admission : std::uint8_t { fresh, repeated };

Result<Admission> admit(Step& step, const Envelope& envelope) {
  auto& next = step.next;
  if (envelope.sender != next.peer.id) return fail(ErrorCode::not_found, "there is no such negotiation");
  const auto match = dsp::match(envelope.pids, {next.role, next.pid, next.peer_pid});
  if (match == dsp::PidMatch::foreign) {
    return invalid(next.role == Role::consumer ? "/consumerPid" : "/providerPid", "must be '{}'", next.pid);
  }
  if (!envelope.id.empty() && std::ranges::find(next.seen, envelope.id) != next.seen.end())
    return Admission::repeated;
  if (next.peer_pid.empty() && match == dsp::PidMatch::exact)
    next.peer_pid = next.role == Role::consumer ? envelope.pids.provider : envelope.pids.consumer;
  return Admission::fresh;
}

/// Runs `accept` on a message that is new, or has the id of another with other words; a repeated one changes
/// nothing.
template <class Accept>
Result<void> receive(Step& step, const Envelope& envelope, Accept accept, bool says_another = false) {
  auto admission = admit(step, envelope);
  if (!admission) return fail(std::move(admission.error()));
  const bool seen = *admission == Admission::repeated;
  if (seen && !says_another) return {};
  if (!seen) remember(step, envelope.id);
  return accept();
}

bool says_the_same(const odrl::Policy* known, const odrl::Policy& offer) {
  return known && !odrl::difference(*known, offer);
}

}  // namespace

Result<void> on(Step& step, const RequestReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    if (step.next.role != Role::provider) return illegal(step, "a request");
    if (message.first) return {};  // the first request again: its answer was lost
    if (!is_in(step, {State::offering, State::offered})) return illegal(step, "a request");
    if (auto done = check_same_dataset(step, message.offer); !done) return done;
    settle(step);
    step.next.claims = message.claims;
    record_offer(step, Role::consumer, message.offer);
    reach(step, State::requested, NegotiationState::requested);
    return follow(step, message.then);
  });
}

Result<void> on(Step& step, const OfferReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    if (step.next.role != Role::consumer) return illegal(step, "an offer");
    if (message.first) return {};
    if (is_in(step, {State::offered}) && says_the_same(step.next.last_offer(), message.offer)) return {};
    if (!is_in(step, {State::requesting, State::requested})) return illegal(step, "an offer");
    if (auto done = check_same_dataset(step, message.offer); !done) return done;
    settle(step);
    record_offer(step, Role::provider, message.offer);
    reach(step, State::offered, NegotiationState::offered);
    return follow(step, message.then);
  });
}

Result<void> on(Step& step, const AcceptanceReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    if (step.next.role != Role::provider) return illegal(step, "an acceptance");
    const bool known = step.next.protocol_state == NegotiationState::accepted;
    if (known && is_in(step, {State::accepted, State::agreeing})) return {};
    if (!is_in(step, {State::offering, State::offered})) return illegal(step, "an acceptance");
    settle(step);
    step.next.claims = message.claims;
    reach(step, State::accepted, NegotiationState::accepted);
    return follow(step, message.then);
  });
}

namespace {

bool is_another(const Step& step, const odrl::Policy& agreement) {
  return step.next.agreement && step.next.agreement->policy.id != agreement.id;
}

/// A provider that knows nothing of our verification yet may agree once more, under another id: EDC does for
/// each attempt to send, and when it loses a race. Its last word is what it keeps, so we keep it too.
Result<void> agree_again(Step& step, const AgreementReceived& message) {
  if (auto done = check_agreement(step, message.agreement); !done) return done;
  if (!is_another(step, message.agreement)) return {};
  step.next.agreement = Agreement{message.agreement, message.claims};
  happened(step, "agreementReplaced");
  return {};
}

Result<void> agree(Step& step, const AgreementReceived& message) {
  if (step.next.role != Role::consumer) return illegal(step, "an agreement");
  if (is_in(step, {State::agreed, State::verifying})) return agree_again(step, message);
  if (!is_in(step, {State::requesting, State::requested, State::accepting, State::accepted})) {
    return illegal(step, "an agreement");
  }
  if (auto done = check_agreement(step, message.agreement); !done) return done;
  settle(step);
  step.next.agreement = Agreement{message.agreement, message.claims};
  reach(step, State::agreed, NegotiationState::agreed);
  return follow(step, message.then);
}

}  // namespace

Result<void> on(Step& step, const AgreementReceived& message) {
  return receive(
      step, message.envelope, [&] { return agree(step, message); }, is_another(step, message.agreement));
}

Result<void> on(Step& step, const VerificationReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    if (step.next.role != Role::provider) return illegal(step, "a verification");
    const bool known = step.next.protocol_state == NegotiationState::verified;
    if (known && is_in(step, {State::verified, State::finalizing})) return {};
    if (!is_in(step, {State::agreeing, State::agreed})) return illegal(step, "a verification");
    settle(step);
    reach(step, State::verified, NegotiationState::verified);
    return follow(step, message.then);
  });
}

Result<void> on(Step& step, const FinalizationReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    if (step.next.role != Role::consumer) return illegal(step, "a finalization");
    // EDC, when it loses a race with itself, says so twice, and ends what is refused the second time.
    if (is_in(step, {State::finalized})) return {};
    if (!is_in(step, {State::verifying, State::verified})) return illegal(step, "a finalization");
    settle(step);
    reach(step, State::finalized, NegotiationState::finalized);
    return {};
  });
}

Result<void> on(Step& step, const TerminationReceived& message) {
  return receive(step, message.envelope, [&]() -> Result<void> {
    if (step.next.ended()) return illegal(step, "a termination");
    step.next.pending = {};
    if (step.next.error_detail.empty()) step.next.error_detail = message.reason.text();
    if (step.next.ended_by == EndedBy::nobody) step.next.ended_by = EndedBy::peer;
    reach(step, State::terminated, NegotiationState::terminated);
    return {};
  });
}

}  // namespace kontor::domain::contract_negotiation::internal
