#include "domain/issuance/decide.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "domain/issuance/codec.hpp"

namespace kontor::domain::issuance {
namespace {

Decision unchanged(const IssuanceProcess& process) {
  return {.next = process};
}

Decision changed(IssuanceProcess next, std::string_view what, std::vector<Effect> effects = {}) {
  return {
      .next = std::move(next), .effects = std::move(effects), .happened = {"issuance." + std::string(what)}};
}

std::unexpected<Error> illegal(const IssuanceProcess& process, std::string_view wanted) {
  return fail(ErrorCode::illegal_transition, "issuance process {} cannot be {}: it is {}", process.request.id,
              wanted, state_codes.name(process.state));
}

bool failed_as(const IssuanceProcess& process, Failure::Kind kind) {
  return process.failure && process.failure->kind == kind;
}

/// Where no delivery is to come, the holder's one-time token is of no more use.
IssuanceProcess failed_with(IssuanceProcess next, Failure failure) {
  next.state = State::errored;
  next.gathering.reset();
  next.request.access_token.reset();
  next.failure = std::move(failure);
  return next;
}

Decision told(const IssuanceProcess& before, Failure failure, std::string_view what) {
  const auto& request = before.request;
  DeliverRejection rejection{request.id, request.holder_pid, request.holder_did, failure.reason,
                             request.access_token};
  return changed(failed_with(before, std::move(failure)), what, {std::move(rejection)});
}

Decision approved(IssuanceProcess next) {
  next.state = State::approved;
  next.failure.reset();
  const auto id = next.request.id;
  return changed(std::move(next), "approved", {DeliverCredentials{id}});
}

Decision judged(IssuanceProcess process, const ApprovedVerdict& verdict, Instant) {
  process.claims = verdict.claims;
  return approved(std::move(process));
}

Decision judged(IssuanceProcess process, const PendingVerdict& verdict, Instant) {
  process.claims = verdict.claims;
  return changed(std::move(process), "submitted");
}

/// The holder reads the reason in the answer to its request; nothing is delivered.
Decision judged(IssuanceProcess process, const RejectedVerdict& verdict, Instant) {
  return changed(failed_with(std::move(process), {Failure::Kind::not_granted, verdict.reason}), "notGranted");
}

Decision gathering(IssuanceProcess next) {
  next.gathering->again_at.reset();
  GatherAttestations effect{next.request.id, next.gathering->group};
  return changed(std::move(next), "gathering", {std::move(effect)});
}

Decision judged(IssuanceProcess process, const UnattestedVerdict& verdict, Instant now) {
  process.gathering = Gathering{.since = now, .group = verdict.group};
  return gathering(std::move(process));
}

Decision delivering_again(IssuanceProcess next) {
  next.delivering_again = true;
  const auto id = next.request.id;
  return changed(std::move(next), "deliveredAgain", {DeliverCredentials{id}});
}

std::multiset<CredentialDefinitionId> definitions_of(const Request& request) {
  std::multiset<CredentialDefinitionId> all;
  for (const auto& each : request.credentials) all.insert(each.definition);
  return all;
}

Result<Decision> receive(const RequestReceived& event, Instant now) {
  if (event.request.credentials.empty()) return invalid("/credentials", "must name at least one credential");
  IssuanceProcess process{.request = event.request};
  return std::visit([&](const auto& verdict) { return judged(std::move(process), verdict, now); },
                    event.verdict);
}

Result<Decision> on(const IssuanceProcess& process, const RequestReceived& event, Instant now) {
  const auto& known = process.request;
  if (known.holder_did != event.request.holder_did || known.holder_pid != event.request.holder_pid)
    return fail(ErrorCode::conflict, "there is another issuance process with the id {}", known.id);
  if (failed_as(process, Failure::Kind::rejected))
    return fail(ErrorCode::forbidden, "{}", process.failure->reason);
  if (failed_as(process, Failure::Kind::not_granted)) {
    auto decision = receive(event, now);
    if (decision && decision->next == process) return unchanged(process);
    return decision;
  }
  if (const auto* refused = std::get_if<RejectedVerdict>(&event.verdict))
    return fail(ErrorCode::forbidden, "{}", refused->reason);
  if (definitions_of(known) != definitions_of(event.request)) {
    return fail(ErrorCode::conflict, "the holderPid {} was used for other credentials: choose another one",
                known.holder_pid);
  }
  auto next = process;
  if (event.request.access_token) next.request.access_token = event.request.access_token;
  if (process.state == State::errored) return approved(std::move(next));
  if (process.state == State::delivered && !process.delivering_again)
    return delivering_again(std::move(next));
  if (process.gathering && process.gathering->again_at) return gathering(std::move(next));
  return unchanged(next);
}

Result<Decision> on(const IssuanceProcess& process, const GatheringFailed& event, Instant now) {
  if (!process.gathering || process.gathering->again_at) return unchanged(process);
  if (now - process.gathering->since >= gather_for_max)
    return told(process, {Failure::Kind::not_granted, event.reason}, "notGranted");
  auto next = process;
  next.gathering->again_at = now + gather_again_after;
  next.gathering->reason = event.reason;
  return changed(std::move(next), "gatheringFailed");
}

Result<Decision> on(const IssuanceProcess& process, const GatherAgain&) {
  if (!process.gathering || !process.gathering->again_at) return unchanged(process);
  return gathering(process);
}

/// The holder was told that its request is kept, so that it hears of a refusal by a message.
Result<Decision> on(const IssuanceProcess& process, const AttestationsGathered& event, Instant now) {
  if (!process.gathering) return unchanged(process);
  if (const auto* none = std::get_if<UnattestedVerdict>(&event.verdict))
    return on(process, GatheringFailed{none->reason}, now);
  if (const auto* refused = std::get_if<RejectedVerdict>(&event.verdict))
    return told(process, {Failure::Kind::not_granted, refused->reason}, "notGranted");
  auto next = process;
  next.gathering.reset();
  return std::visit([&](const auto& verdict) { return judged(std::move(next), verdict, now); },
                    event.verdict);
}

Result<Decision> on(const IssuanceProcess& process, const Approve&) {
  switch (process.state) {
    case State::submitted:
      if (process.gathering) return illegal(process, "approved before its attestations are there");
      return approved(process);
    case State::approved:
    case State::delivered:
      return unchanged(process);
    case State::errored:
      break;
  }
  return illegal(process, "approved");
}

Result<Decision> on(const IssuanceProcess& process, const Reject& event) {
  if (process.state == State::errored && failed_as(process, Failure::Kind::rejected))
    return unchanged(process);
  if (process.state != State::submitted) return illegal(process, "rejected");
  return told(process, {Failure::Kind::rejected, event.reason}, "rejected");
}

/// The holder has what was made in the place of others, which are good no longer.
void end_replaced(Decision& decision) {
  for (auto& each : decision.next.request.credentials) {
    if (!each.replaces) continue;
    decision.effects.emplace_back(RevokeCredential{*each.replaces, "replaced by " + each.id.str()});
    each.replaces.reset();
  }
}

/// What was to be replaced stands, and is what the process brings; its successor may have arrived all the
/// same.
void keep_replaced(Decision& decision) {
  for (auto& each : decision.next.request.credentials) {
    if (!each.replaces) continue;
    decision.effects.emplace_back(RevokeCredential{each.id, "its delivery failed"});
    each.id = *std::exchange(each.replaces, std::nullopt);
  }
}

Result<Decision> on(const IssuanceProcess& process, const Delivered&) {
  switch (process.state) {
    case State::submitted:
      return illegal(process, "delivered");
    case State::approved:
      break;
    case State::delivered:
      if (!process.delivering_again) return unchanged(process);
      break;
    case State::errored:
      if (!failed_as(process, Failure::Kind::delivery_failed)) return illegal(process, "delivered");
      break;
  }
  auto next = process;
  next.state = State::delivered;
  next.delivering_again = false;
  next.failure.reset();
  next.request.access_token.reset();
  auto decision = changed(std::move(next), "delivered");
  end_replaced(decision);
  return decision;
}

/// What the holder has it keeps: a further delivery that fails takes nothing back.
Result<Decision> on(const IssuanceProcess& process, const DeliveryFailed& event) {
  if (!wants_delivery(process)) return unchanged(process);
  if (process.state == State::approved) {
    return changed(failed_with(process, {Failure::Kind::delivery_failed, event.reason}), "deliveryFailed");
  }
  auto next = process;
  next.delivering_again = false;
  next.request.access_token.reset();
  auto decision = changed(std::move(next), "deliveryFailed");
  keep_replaced(decision);
  return decision;
}

Result<Decision> on(const IssuanceProcess& process, const Redeliver&) {
  if (wants_delivery(process)) return unchanged(process);
  if (process.state == State::delivered) return delivering_again(process);
  if (!failed_as(process, Failure::Kind::delivery_failed)) return illegal(process, "delivered again");
  return approved(process);
}

Result<Decision> on(const IssuanceProcess& process, const Reissue& event) {
  const auto is_on_its_way = [&](const PlannedCredential& each) { return each.replaces == event.replaced; };
  if (std::ranges::any_of(process.request.credentials, is_on_its_way)) return unchanged(process);
  if (process.state != State::delivered || process.delivering_again)
    return illegal(process, "reissued before its delivery has ended");
  auto next = process;
  auto planned = std::ranges::find(next.request.credentials, event.replaced, &PlannedCredential::id);
  if (planned == next.request.credentials.end()) {
    return fail(ErrorCode::not_found, "issuance process {} has no credential {}", process.request.id,
                event.replaced);
  }
  *planned = event.by;
  planned->replaces = event.replaced;
  next.claims = event.claims;
  next.delivering_again = true;
  const auto id = next.request.id;
  return changed(std::move(next), "reissued", {DeliverCredentials{id}});
}

}  // namespace

Result<Decision> decide(const IssuanceProcess* current, const Event& event, Instant now) {
  const auto decided = [&](const auto& one) -> Result<Decision> {
    if constexpr (requires { on(*current, one, now); }) {
      return on(*current, one, now);
    } else {
      return on(*current, one);
    }
  };
  if (current) return std::visit(decided, event);
  if (const auto* first = std::get_if<RequestReceived>(&event)) return receive(*first, now);
  return fail(ErrorCode::not_found, "there is no such issuance process");
}

bool wants_delivery(const IssuanceProcess& process) {
  return process.state == State::approved || process.delivering_again;
}

std::vector<PlannedCredential> to_deliver(const IssuanceProcess& process) {
  std::vector<PlannedCredential> reissued;
  for (const auto& each : process.request.credentials) {
    if (each.replaces) reissued.push_back(each);
  }
  return reissued.empty() ? process.request.credentials : reissued;
}

bool worth_another_delivery(unsigned status) {
  static constexpr std::array of_the_form{405u, 410u, 411u, 413u, 414u, 415u, 501u, 505u};
  return status >= 400 && std::ranges::find(of_the_form, status) == of_the_form.end();
}

protocol::dcp::CredentialStatus status_of(const IssuanceProcess& process) {
  using protocol::dcp::RequestStatus;
  auto status = RequestStatus::received;
  switch (process.state) {
    case State::submitted:
    case State::approved:
      break;
    case State::delivered:
      status = RequestStatus::issued;
      break;
    case State::errored:
      status = RequestStatus::rejected;
      break;
  }
  return {.issuer_pid = process.request.id, .holder_pid = process.request.holder_pid, .status = status};
}

}  // namespace kontor::domain::issuance
