#include "domain/credential_offer/decide.hpp"

#include <algorithm>

namespace kontor::domain::credential_offer {
namespace {

Decision unchanged(const CredentialOffer& offer) {
  return {.next = offer};
}

Decision changed(CredentialOffer next, std::string_view what) {
  return {.next = std::move(next), .happened = {"credential.offer." + std::string(what)}};
}

Decision refused(CredentialOffer next, Refusal::Kind kind, std::string reason, std::string_view what) {
  next.state = State::rejected;
  next.lapses_at.reset();
  next.refusal = Refusal{kind, std::move(reason)};
  return changed(std::move(next), what);
}

template <class T>
bool holds(const std::vector<T>& all, const T& one) {
  return std::ranges::find(all, one) != all.end();
}

bool says_all(const CredentialObject& object) {
  return object.credential_type && object.profile;
}

bool is_open(const CredentialOffer& offer) {
  return offer.state == State::received || offer.state == State::processing;
}

Decision accepted(CredentialOffer next) {
  MakeRequest make{.issuer = next.issuer, .credentials = requestable(next.credentials)};
  next.state = State::processing;
  next.lapses_at.reset();
  auto decision = changed(std::move(next), "accepted");
  decision.effects.emplace_back(std::move(make));
  return decision;
}

/// Everything is known that can be known.
Decision judged(CredentialOffer offer, const Policy& policy) {
  offer.complete = true;
  const auto wanted = requestable(offer.credentials);
  if (wanted.empty()) {
    return refused(std::move(offer), Refusal::Kind::unknown,
                   "the issuer names no type and no supported format for what it offers", "failed");
  }
  const auto is_accepted = [&](const RequestedCredential& each) {
    return std::ranges::any_of(policy.accepted_types,
                               [&](const std::string& type) { return type == "*" || type == each.type; });
  };
  if (std::ranges::all_of(wanted, is_accepted)) return accepted(std::move(offer));
  if (policy.asks) return changed(std::move(offer), "completed");
  return refused(std::move(offer), Refusal::Kind::ignored, "the participant takes no such offers", "ignored");
}

Result<Decision> receive(const OfferReceived& event, Instant now) {
  if (event.credentials.empty()) return invalid("/credentials", "must name at least one credential");
  CredentialOffer offer{.id = event.id,
                        .issuer = event.issuer,
                        .credentials = event.credentials,
                        .received_at = now,
                        .lapses_at = now + waits_for};
  Decision decision;
  if (std::ranges::all_of(offer.credentials, says_all)) {
    decision = judged(std::move(offer), event.policy);
  } else {
    decision.effects.emplace_back(ReadMetadata{offer.issuer});
    decision.next = std::move(offer);
  }
  decision.happened.insert(decision.happened.begin(), "credential.offer.received");
  return decision;
}

Result<Decision> on(const CredentialOffer& offer, const OfferReceived& event, Instant now) {
  if (is_open(offer) || now - offer.received_at < repeated_within) return unchanged(offer);
  return receive(event, now);
}

Result<Decision> on(const CredentialOffer& offer, const MetadataRead& event, Instant) {
  if (offer.state != State::received || offer.complete) return unchanged(offer);
  auto next = offer;
  next.credentials = completed(offer.credentials, event.supported);
  return judged(std::move(next), event.policy);
}

Result<Decision> on(const CredentialOffer& offer, const MetadataUnreadable& event, Instant) {
  if (offer.state != State::received || offer.complete) return unchanged(offer);
  return refused(offer, Refusal::Kind::unknown, event.reason, "failed");
}

Result<Decision> on(const CredentialOffer& offer, const Accept&, Instant) {
  switch (offer.state) {
    case State::received:
      if (offer.complete) return accepted(offer);
      return fail(ErrorCode::illegal_transition,
                  "what the credential offer {} is about is not known yet: its issuer is being asked",
                  offer.id);
    case State::processing:
    case State::processed:
      return unchanged(offer);
    case State::rejected:
      break;
  }
  return fail(ErrorCode::illegal_transition, "the credential offer {} is not open any more: {}", offer.id,
              offer.refusal ? offer.refusal->reason : "");
}

Result<Decision> on(const CredentialOffer& offer, const Decline&, Instant) {
  if (offer.state == State::received)
    return refused(offer, Refusal::Kind::declined, "the participant declined it", "declined");
  const bool is_declined = offer.refusal && offer.refusal->kind == Refusal::Kind::declined;
  if (is_declined) return unchanged(offer);
  return fail(ErrorCode::illegal_transition, "the credential offer {} cannot be declined any more", offer.id);
}

Result<Decision> on(const CredentialOffer& offer, const Due&, Instant now) {
  if (offer.state != State::received || !offer.lapses_at || *offer.lapses_at > now) return unchanged(offer);
  return refused(offer, Refusal::Kind::lapsed, "nobody decided in time", "lapsed");
}

Result<Decision> on(const CredentialOffer& offer, const RequestMade& event, Instant) {
  if (offer.state != State::processing) return unchanged(offer);
  auto next = offer;
  next.state = State::processed;
  next.holder_pid = event.holder_pid;
  return changed(std::move(next), "processed");
}

Result<Decision> on(const CredentialOffer& offer, const RequestFailed& event, Instant) {
  if (offer.state != State::processing) return unchanged(offer);
  return refused(offer, Refusal::Kind::failed, event.reason, "failed");
}

std::optional<protocol::vc::Format> format_of(const CredentialObject& object) {
  return object.profile ? protocol::vc::parse_format(*object.profile) : std::nullopt;
}

CredentialObject with(CredentialObject offered, const CredentialObject& said) {
  if (!offered.credential_type) offered.credential_type = said.credential_type;
  if (!offered.profile) offered.profile = said.profile;
  if (!offered.credential_schema) offered.credential_schema = said.credential_schema;
  if (!offered.offer_reason) offered.offer_reason = said.offer_reason;
  if (offered.binding_methods.empty()) offered.binding_methods = said.binding_methods;
  return offered;
}

}  // namespace

Result<Decision> decide(const CredentialOffer* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one, now); }, event);
  if (const auto* received = std::get_if<OfferReceived>(&event)) return receive(*received, now);
  return fail(ErrorCode::not_found, "there is no such credential offer");
}

std::vector<CredentialObject> completed(const std::vector<CredentialObject>& offered,
                                        const std::vector<CredentialObject>& supported) {
  std::vector<CredentialObject> all;
  for (const auto& object : offered) {
    std::vector<protocol::vc::Format> found;
    for (const auto& entry : supported) {
      if (says_all(object) || entry.id != object.id) continue;
      auto whole = with(object, entry);
      const auto format = format_of(whole);
      if (!format || holds(found, *format)) continue;
      found.push_back(*format);
      all.push_back(std::move(whole));
    }
    if (found.empty()) all.push_back(object);
  }
  return all;
}

std::vector<RequestedCredential> requestable(const std::vector<CredentialObject>& objects) {
  std::vector<RequestedCredential> all;
  for (const auto& object : objects) {
    const auto format = format_of(object);
    if (!object.credential_type || !format) continue;
    RequestedCredential one{object.id, *object.credential_type, *format};
    if (!holds(all, one)) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace kontor::domain::credential_offer
