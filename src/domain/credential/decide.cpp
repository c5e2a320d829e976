#include "domain/credential/decide.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/crypto/hash.hpp"
#include "domain/credential/codec.hpp"

namespace kontor::domain::credential {
namespace {

using protocol::dcp::Scope;
namespace vc = protocol::vc;

Decision unchanged(const StoredCredential& credential) {
  return {.next = credential};
}

Decision changed(StoredCredential next, std::string_view what) {
  return {.next = std::move(next), .happened = {"credential." + std::string(what)}};
}

bool has_lists(const StoredCredential& credential) {
  return std::ranges::any_of(credential.credential.statuses, [](const vc::StatusEntry& entry) {
    return entry.kind != vc::StatusKind::other && entry.invalidates();
  });
}

bool is_final(State state) {
  return state == State::revoked || state == State::expired;
}

/// The type that says what it is: the first that is not `VerifiableCredential`.
std::string type_of(const vc::Credential& credential) {
  for (const auto& type : credential.types) {
    if (type != vc::type_verifiable_credential) return type;
  }
  return std::string(vc::type_verifiable_credential);
}

/// Sets the state that follows from dates and lists; what is final waits for nothing more but its renewal.
void settle(Decision& decision, Instant now) {
  auto& next = decision.next;
  const auto state = state_at(next, now);
  if (is_final(state)) {
    next.check_at.reset();
    next.warn_at.clear();
  }
  if (state == State::revoked) next.renew_at.reset();
  if (state == next.state) return;
  next.state = state;
  next.state_since = now;
  decision.happened.push_back("credential." + std::string(state == State::issued      ? "valid"
                                                          : state == State::revoked   ? "revoked"
                                                          : state == State::suspended ? "suspended"
                                                          : state == State::expired   ? "expired"
                                                                                      : "not_yet_valid"));
}

/// A part of `range` that is the credential's own at its n-th attempt, the same however often it is asked.
Duration spread(const StoredCredential& credential, Duration range) {
  const auto digest = crypto::sha256(credential.id.str() + "\n" + std::to_string(credential.renewals_failed));
  const auto parts = std::to_integer<int>(digest[0]) * 256 + std::to_integer<int>(digest[1]);
  return std::max(range, Duration{0}) / 65'536 * parts;
}

/// Before its end by the grace, or half of its remaining life when that is later, so that short-lived
/// credentials are not asked for again and again.
std::optional<Instant> first_renewal(const StoredCredential& credential, Instant now) {
  const auto& until = credential.credential.valid_until;
  if (!credential.object_id || !until || *until <= now) return std::nullopt;
  const auto earliest =
      std::max(*until - renewal_grace, now + std::max(renewal_distance_min, (*until - now) / 2));
  return earliest + spread(credential, (*until - earliest) / 10);
}

/// A credential that lives shorter than its owner wants to be warned is half over when it does.
std::vector<Instant> warnings(const StoredCredential& credential, std::span<const Duration> before,
                              Instant now) {
  std::vector<Instant> moments;
  const auto& until = credential.credential.valid_until;
  if (!until || *until <= now) return moments;
  for (const auto each : before) moments.push_back(std::max(*until - each, now + (*until - now) / 2));
  std::ranges::sort(moments);
  moments.erase(std::ranges::unique(moments).begin(), moments.end());
  return moments;
}

StoredCredential stored(const Store& event, Instant now) {
  StoredCredential credential{.id = event.id,
                              .token = event.token,
                              .credential = event.credential,
                              .object_id = event.object_id,
                              .issuance_policy = event.issuance_policy,
                              .reissuance_policy = event.reissuance_policy,
                              .metadata = event.metadata,
                              .state_since = now,
                              .renewal_scopes = event.renewal_scopes};
  if (!event.credential.subjects.empty()) credential.holder = event.credential.subjects.front().id;
  credential.state = state_at(credential, now);
  if (has_lists(credential) && !is_final(credential.state)) credential.check_at = now;
  credential.renew_at = first_renewal(credential, now);
  credential.warn_at = warnings(credential, event.warn_before, now);
  return credential;
}

Result<Decision> store(const Store& event, std::string_view what, Instant now) {
  if (event.token.empty()) return invalid("/verifiableCredential/rawVc", "must not be empty");
  return changed(stored(event, now), what);
}

Result<Decision> on(const StoredCredential& credential, const Store& event, Instant) {
  if (credential.token == event.token) return unchanged(credential);
  return fail(ErrorCode::conflict, "there is another credential with the id {}", credential.id);
}

Result<Decision> on(const StoredCredential& credential, const Replace& event, Instant now) {
  if (credential.id != event.with.id) return invalid("/id", "must be that of the credential to be replaced");
  auto decision = store(event.with, "replaced", now);
  if (!decision) return decision;
  const bool same = decision->next.token == credential.token &&
                    decision->next.metadata == credential.metadata &&
                    decision->next.credential == credential.credential &&
                    decision->next.issuance_policy == credential.issuance_policy &&
                    decision->next.reissuance_policy == credential.reissuance_policy;
  if (same) return unchanged(credential);
  return decision;
}

Result<Decision> on(const StoredCredential& credential, const StatusRead& event, Instant now) {
  if (is_final(credential.state) || credential.check_at) return unchanged(credential);
  auto decision = changed(credential, "status_checked");
  decision.next.revoked = event.revoked;
  decision.next.suspended = event.suspended;
  decision.next.check_at = now + status_interval;
  settle(decision, now);
  return decision;
}

Result<Decision> on(const StoredCredential& credential, const StatusUnreadable&, Instant now) {
  if (is_final(credential.state) || credential.check_at) return unchanged(credential);
  auto decision = changed(credential, "status_unreadable");
  decision.next.check_at = now + status_retry;
  return decision;
}

Decision renewed(const StoredCredential& credential) {
  auto decision = changed(credential, "renewed");
  decision.next.renewed = true;
  decision.next.renew_at.reset();
  decision.next.warn_at.clear();
  return decision;
}

Result<Decision> on(const StoredCredential& credential, const RenewalEnded& event, Instant now) {
  const auto& until = credential.credential.valid_until;
  if (credential.renewed || credential.state == State::revoked || !credential.object_id || !until)
    return unchanged(credential);
  if (event.delivered) return renewed(credential);
  if (credential.renew_at || now >= *until + renewal_given_up) return unchanged(credential);
  auto decision = changed(credential, "renewalFailed");
  decision.next.renew_at = now + renewal_delay(credential, now);
  ++decision.next.renewals_failed;
  return decision;
}

Result<Decision> on(const StoredCredential& credential, const Due&, Instant now) {
  Decision decision{.next = credential};
  settle(decision, now);
  auto& next = decision.next;
  if (next.check_at && *next.check_at <= now) {
    next.check_at.reset();
    decision.effects.emplace_back(CheckStatus{next.id});
  }
  if (next.renew_at && *next.renew_at <= now) {
    next.renew_at.reset();
    decision.effects.emplace_back(RequestRenewal{.id = next.id,
                                                 .issuer = next.credential.issuer,
                                                 .object_id = *next.object_id,
                                                 .type = type_of(next.credential),
                                                 .format = next.credential.format,
                                                 .scopes = next.renewal_scopes});
    decision.happened.emplace_back("credential.renewalDue");
  }
  if (!next.warn_at.empty() && next.warn_at.front() <= now) {
    std::erase_if(next.warn_at, [now](Instant moment) { return moment <= now; });
    decision.happened.emplace_back("credential.expiring");
  }
  if (decision.happened.empty() && !decision.effects.empty())
    decision.happened.emplace_back("credential.status_due");
  return decision;
}

Result<Decision> on(const StoredCredential& credential, const Delete&, Instant) {
  auto decision = changed(credential, "deleted");
  decision.removed = true;
  return decision;
}

bool granted_by_any(const std::vector<Scope>& scopes, const StoredCredential& held) {
  return std::ranges::any_of(scopes, [&](const Scope& scope) { return grants(scope, held.credential); });
}

bool asked_for_by_id(const PresentationScopes& scopes, const StoredCredential& held) {
  return std::ranges::any_of(scopes.requested, [&](const Scope& scope) {
    return scope.alias == Scope::Alias::id && grants(scope, held.credential);
  });
}

/// Dates of credentials are of whole seconds: of two of one second the one that came later is the newer.
bool newer(const StoredCredential& a, const StoredCredential& b) {
  return std::tie(a.credential.valid_from, a.state_since, a.id) >
         std::tie(b.credential.valid_from, b.state_since, b.id);
}

}  // namespace

Result<Decision> decide(const StoredCredential* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one, now); }, event);
  if (const auto* first = std::get_if<Store>(&event)) return store(*first, "stored", now);
  return fail(ErrorCode::not_found, "there is no such credential");
}

State state_at(const StoredCredential& credential, Instant now) {
  const auto& content = credential.credential;
  if (credential.revoked) return State::revoked;
  if (content.valid_until && *content.valid_until <= now) return State::expired;
  if (credential.suspended) return State::suspended;
  if (content.valid_from && *content.valid_from > now) return State::not_yet_valid;
  return State::issued;
}

Duration renewal_delay(const StoredCredential& credential, Instant now) {
  const auto left = credential.credential.valid_until.value_or(now) - now;
  auto delay = left <= Duration{0} ? renewal_retry_first_max
                                   : std::clamp(left / 16, renewal_retry_min, renewal_retry_first_max);
  for (std::uint32_t i = 0; i < credential.renewals_failed && delay < renewal_retry_max; ++i) delay *= 2;
  delay = std::min(delay, renewal_retry_max);
  return delay + spread(credential, delay / 4);
}

std::vector<const StoredCredential*> answer(std::span<const StoredCredential> held,
                                            const PresentationScopes& scopes, Instant now) {
  std::map<std::tuple<Did, std::vector<std::string>, vc::Format>, const StoredCredential*> newest;
  std::map<CredentialId, const StoredCredential*> chosen;
  for (const auto& one : held) {
    if (state_at(one, now) != State::issued || !granted_by_any(scopes.granted, one)) continue;
    if (!scopes.requested.empty() && !granted_by_any(scopes.requested, one)) continue;
    if (asked_for_by_id(scopes, one)) chosen.emplace(one.id, &one);
    auto types = one.credential.types;
    std::ranges::sort(types);
    auto& place = newest[{one.credential.issuer, std::move(types), one.credential.format}];
    if (!place || newer(one, *place)) place = &one;
  }
  for (const auto& [key, one] : newest) chosen.emplace(one->id, one);
  std::vector<const StoredCredential*> answers;
  for (const auto& [id, one] : chosen) answers.push_back(one);
  return answers;
}

}  // namespace kontor::domain::credential
