#include "domain/issuance/decide.hpp"

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

/// A final state needs the holder's one-time token no more.
IssuanceProcess failed_with(IssuanceProcess next, Failure failure) {
  next.state = State::errored;
  if (failure.kind != Failure::Kind::delivery_failed) next.request.access_token.reset();
  next.failure = std::move(failure);
  return next;
}

Decision approved(IssuanceProcess next) {
  next.state = State::approved;
  next.failure.reset();
  const auto id = next.request.id;
  return changed(std::move(next), "approved", {DeliverCredentials{id}});
}

Decision judged(IssuanceProcess process, const ApprovedVerdict& verdict) {
  process.claims = verdict.claims;
  return approved(std::move(process));
}

Decision judged(IssuanceProcess process, const PendingVerdict& verdict) {
  process.claims = verdict.claims;
  return changed(std::move(process), "submitted");
}

/// The holder reads the reason in the answer to its request; nothing is delivered.
Decision judged(IssuanceProcess process, const RejectedVerdict& verdict) {
  return changed(failed_with(std::move(process), {Failure::Kind::rejected, verdict.reason}), "rejected");
}

Result<Decision> receive(const RequestReceived& event) {
  if (event.request.credentials.empty()) return invalid("/credentials", "must name at least one credential");
  IssuanceProcess process{.request = event.request};
  return std::visit([&](const auto& verdict) { return judged(std::move(process), verdict); }, event.verdict);
}

Result<Decision> on(const IssuanceProcess& process, const RequestReceived& event) {
  const auto& known = process.request;
  if (known.holder_did == event.request.holder_did && known.holder_pid == event.request.holder_pid) {
    return unchanged(process);
  }
  return fail(ErrorCode::conflict, "there is another issuance process with the id {}", known.id);
}

Result<Decision> on(const IssuanceProcess& process, const Approve&) {
  switch (process.state) {
    case State::submitted:
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
  const auto& request = process.request;
  return changed(failed_with(process, {Failure::Kind::rejected, event.reason}), "rejected",
                 {DeliverRejection{request.id, request.holder_pid, request.holder_did, event.reason}});
}

Result<Decision> on(const IssuanceProcess& process, const Delivered&) {
  switch (process.state) {
    case State::submitted:
      return illegal(process, "delivered");
    case State::approved:
      break;
    case State::delivered:
      return unchanged(process);
    case State::errored:
      if (failed_as(process, Failure::Kind::superseded)) return unchanged(process);
      if (!failed_as(process, Failure::Kind::delivery_failed)) return illegal(process, "delivered");
      break;
  }
  auto next = process;
  next.state = State::delivered;
  next.failure.reset();
  next.request.access_token.reset();
  return changed(std::move(next), "delivered");
}

Result<Decision> on(const IssuanceProcess& process, const DeliveryFailed& event) {
  if (process.state != State::approved) return unchanged(process);
  return changed(failed_with(process, {Failure::Kind::delivery_failed, event.reason}), "delivery_failed");
}

Result<Decision> on(const IssuanceProcess& process, const Redeliver&) {
  if (process.state == State::approved) return unchanged(process);
  if (!failed_as(process, Failure::Kind::delivery_failed)) return illegal(process, "delivered again");
  return approved(process);
}

Result<Decision> on(const IssuanceProcess& process, const Superseded&) {
  const bool open = process.state == State::submitted || process.state == State::approved ||
                    failed_as(process, Failure::Kind::delivery_failed);
  if (!open) return unchanged(process);
  return changed(failed_with(process, {Failure::Kind::superseded, "the holder asked again"}), "superseded");
}

}  // namespace

Result<Decision> decide(const IssuanceProcess* current, const Event& event, Instant) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one); }, event);
  if (const auto* first = std::get_if<RequestReceived>(&event)) return receive(*first);
  return fail(ErrorCode::not_found, "there is no such issuance process");
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
