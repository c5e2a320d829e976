#include "domain/credential_request/decide.hpp"

#include <algorithm>
#include <array>

namespace kontor::domain::credential_request {
namespace {

constexpr Duration first_query_delay = std::chrono::minutes(1);
constexpr Duration query_delay_max = std::chrono::hours(6);
/// How often an issuer is asked what became of a renewal, which is for seven days: then another is tried.
constexpr std::uint32_t renewal_queries_max = 36;
/// What one request may bring: an issuer that was asked once does not fill the holder's wallet.
constexpr std::size_t delivered_max = 100;

Decision unchanged(const CredentialRequest& request) {
  return {.next = request};
}

Decision changed(CredentialRequest next, std::string_view what) {
  return {.next = std::move(next), .happened = {"credential.request." + std::string(what)}};
}

bool was_rejected(const CredentialRequest& request) {
  return request.failure && request.failure->kind == Failure::Kind::rejected;
}

CredentialRequest awaiting_status(CredentialRequest next, Instant now) {
  next.query_status_at.reset();
  if (next.issuer_pid || next.renews) next.query_status_at = now + status_query_delay(next.status_queries);
  return next;
}

CredentialRequest failed_with(CredentialRequest next, Failure failure) {
  next.state = State::error;
  next.failure = std::move(failure);
  next.query_status_at.reset();
  return next;
}

Result<Decision> make(const RequestMade& event) {
  if (event.credentials.empty()) return invalid("/credentials", "must name at least one credential");
  CredentialRequest request{.holder_pid = event.holder_pid,
                            .issuer = event.issuer,
                            .credentials = event.credentials,
                            .renews = event.renews,
                            .scopes = event.scopes};
  SendCredentialRequest send{
      .holder_pid = event.holder_pid, .issuer = event.issuer, .credentials = {}, .scopes = event.scopes};
  for (const auto& credential : event.credentials) {
    // What may come in several formats is named once.
    if (std::ranges::find(send.credentials, credential.id) == send.credentials.end())
      send.credentials.push_back(credential.id);
  }
  return Decision{
      .next = std::move(request), .effects = {std::move(send)}, .happened = {"credential.request.made"}};
}

Result<void> from_issuer(const CredentialRequest& request, const Did& sender) {
  if (sender == request.issuer) return {};
  return fail(ErrorCode::forbidden, "credential request {} was made to {}, not to {}", request.holder_pid,
              request.issuer, sender);
}

Result<Decision> on(const CredentialRequest& request, const RequestMade&, Instant) {
  return fail(ErrorCode::conflict, "the holderPid {} is in use: choose another one", request.holder_pid);
}

Result<Decision> on(const CredentialRequest& request, const RequestAccepted& event, Instant now) {
  auto next = request;
  const bool learned = !request.issuer_pid && event.issuer_pid;
  if (learned) next.issuer_pid = event.issuer_pid;
  switch (request.state) {
    case State::created:
    case State::requesting:
      next.state = State::requested;
      return changed(awaiting_status(std::move(next), now), "accepted");
    case State::requested:
      if (!learned) return unchanged(request);
      return changed(awaiting_status(std::move(next), now), "accepted");
    case State::issued:
      return unchanged(request);
    case State::error:
      if (was_rejected(request)) return unchanged(request);
      next.state = State::requested;
      next.failure.reset();
      return changed(awaiting_status(std::move(next), now), "accepted");
  }
  return unchanged(request);
}

Result<Decision> on(const CredentialRequest& request, const CredentialsDelivered& event, Instant) {
  if (auto sender = from_issuer(request, event.issuer); !sender) return fail(std::move(sender.error()));
  if (event.credentials.empty()) return invalid("/credentials", "a delivery holds at least one credential");
  if (was_rejected(request)) {
    return fail(ErrorCode::illegal_transition,
                "credential request {} was rejected by its issuer: make a new one", request.holder_pid);
  }
  auto next = request;
  for (const auto& credential : event.credentials) {
    if (std::ranges::find(next.delivered, credential) == next.delivered.end())
      next.delivered.push_back(credential);
  }
  if (next.delivered.size() > delivered_max) {
    return invalid("/credentials", "more than {} credentials were delivered for one request", delivered_max);
  }
  const bool known = next.delivered == request.delivered && request.refused.empty();
  if (request.state == State::issued && known) return unchanged(request);
  if (request.state != State::issued) next.issuer_pid = event.issuer_pid;
  next.state = State::issued;
  next.failure.reset();
  next.refused.clear();
  next.query_status_at.reset();
  return changed(std::move(next), "issued");
}

Result<Decision> on(const CredentialRequest& request, const DeliveryRefused& event, Instant) {
  if (was_rejected(request) || request.refused == event.reason) return unchanged(request);
  auto next = request;
  next.refused = event.reason;
  return changed(std::move(next), "deliveryRefused");
}

Result<Decision> reject(const CredentialRequest& request, std::string reason) {
  switch (request.state) {
    case State::created:
    case State::requesting:
    case State::requested:
      break;
    case State::issued:
      return fail(ErrorCode::illegal_transition,
                  "credential request {} cannot be rejected: its credentials were delivered",
                  request.holder_pid);
    case State::error:
      if (was_rejected(request)) return unchanged(request);
      break;
  }
  return changed(failed_with(request, {Failure::Kind::rejected, std::move(reason)}), "rejected");
}

Result<Decision> on(const CredentialRequest& request, const Rejected& event, Instant) {
  if (auto sender = from_issuer(request, event.issuer); !sender) return fail(std::move(sender.error()));
  auto decision = reject(request, event.reason);
  if (decision && !decision->happened.empty() && event.issuer_pid)
    decision->next.issuer_pid = event.issuer_pid;
  return decision;
}

Result<Decision> on(const CredentialRequest& request, const SendFailed& event, Instant) {
  switch (request.state) {
    case State::created:
    case State::requesting:
      return changed(failed_with(request, {Failure::Kind::send_failed, event.reason}), "failed");
    case State::requested:
    case State::issued:
    case State::error:
      return unchanged(request);
  }
  return unchanged(request);
}

Result<Decision> on(const CredentialRequest& request, const StatusQueryDue&, Instant now) {
  if (request.state != State::requested) return unchanged(request);
  if (!request.query_status_at || *request.query_status_at > now) return unchanged(request);
  if (request.renews && request.status_queries >= renewal_queries_max) {
    return changed(failed_with(request, {Failure::Kind::send_failed,
                                         "the issuer has neither delivered nor refused for days"}),
                   "failed");
  }
  auto next = request;
  next.query_status_at.reset();
  ++next.status_queries;
  // An issuer that said nowhere where to ask is waited for.
  if (!request.issuer_pid) return changed(awaiting_status(std::move(next), now), "waited");
  return Decision{
      .next = std::move(next),
      .effects = {QueryRequestStatus{.issuer = request.issuer, .issuer_pid = *request.issuer_pid}},
      .happened = {"credential.request.status_asked"}};
}

Result<Decision> on(const CredentialRequest& request, const StatusAnswered& event, Instant now) {
  if (request.state != State::requested) return unchanged(request);
  if (event.status == RequestStatus::rejected)
    return reject(request, "the issuer reports the request as rejected");
  if (request.query_status_at) return unchanged(request);
  return changed(awaiting_status(request, now), "status_answered");
}

Result<Decision> next_step(const CredentialRequest* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one, now); }, event);
  if (const auto* made = std::get_if<RequestMade>(&event)) return make(*made);
  return fail(ErrorCode::not_found, "there is no such credential request");
}

/// Whether a renewal brought something; none: it is none, or not known yet.
std::optional<bool> renewed(const CredentialRequest& request) {
  if (!request.renews) return std::nullopt;
  if (request.state == State::error) return false;
  if (request.state != State::issued) return std::nullopt;
  return std::ranges::any_of(request.delivered,
                             [&](const CredentialId& each) { return each != *request.renews; });
}

}  // namespace

Result<Decision> decide(const CredentialRequest* current, const Event& event, Instant now) {
  auto decision = next_step(current, event, now);
  if (!decision) return decision;
  const auto before = current ? renewed(*current) : std::nullopt;
  const auto after = renewed(decision->next);
  if (after && after != before) decision->effects.emplace_back(EndRenewal{*decision->next.renews, *after});
  return decision;
}

Duration status_query_delay(std::uint32_t queries_before) {
  auto delay = first_query_delay;
  for (std::uint32_t i = 0; i < queries_before && delay < query_delay_max; ++i) delay *= 2;
  return std::min(delay, query_delay_max);
}

Result<std::vector<CredentialObjectId>> match_delivery(const CredentialRequest& request,
                                                       std::span<const DeliveredCredential> delivered) {
  if (delivered.empty()) return invalid("/credentials", "a delivery holds at least one credential");
  std::vector<CredentialObjectId> matches;
  for (std::size_t i = 0; i < delivered.size(); ++i) {
    const auto& credential = delivered[i];
    const auto asked = std::ranges::find_if(request.credentials, [&](const RequestedCredential& candidate) {
      return candidate.format == credential.format &&
             std::ranges::find(credential.types, candidate.type) != credential.types.end();
    });
    if (asked == request.credentials.end()) {
      return fail(ErrorCode::forbidden,
                  "delivered credential {} was not asked for by request {}: no requested type "
                  "and format fits",
                  i, request.holder_pid);
    }
    matches.push_back(asked->id);
  }
  return matches;
}

}  // namespace kontor::domain::credential_request
