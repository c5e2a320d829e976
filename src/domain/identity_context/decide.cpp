#include "domain/identity_context/decide.hpp"

#include <algorithm>

#include "protocol/did/did.hpp"

namespace kontor::domain::identity_context {
namespace {

Decision unchanged(const IdentityContext& context) {
  return {.next = context};
}

Decision changed(IdentityContext next, std::string_view what) {
  return {.next = std::move(next), .happened = {"identity.context." + std::string(what)}};
}

std::unexpected<Error> unknown() {
  return fail(ErrorCode::not_found, "there is no such participant context");
}

/// Removes what belongs to it; nobody is told before it is done.
Decision erasing(const IdentityContext& context, bool last_pass) {
  auto next = context;
  next.state = State::deleting;
  next.due.reset();
  next.last_pass = last_pass;
  return {.next = next, .effects = {Erase{context.did, last_pass}}};
}

Decision begun(const Begin& event, Instant now) {
  auto next = event.context;
  next.state = State::creating;
  next.due = now + creation_time_max;
  next.last_pass = false;
  return changed(std::move(next), "creating");
}

Result<Decision> on(const IdentityContext& context, const Begin& event, Instant now) {
  if (context.state == State::deleted) return begun(event, now);
  if (visible(context))
    return fail(ErrorCode::conflict, "there is a participant context '{}' already", context.id);
  return fail(ErrorCode::unavailable, "an earlier participant context '{}' is still being {}", context.id,
              context.state == State::creating ? "created" : "deleted");
}

Result<Decision> on(const IdentityContext& context, const Complete& event, Instant) {
  if (context.state != State::creating || context.attempt != event.attempt)
    return fail(ErrorCode::conflict, "the creation of '{}' took too long, and what it made was removed",
                context.id);
  auto decision = changed(context, "created");
  decision.next.state = event.active ? State::activated : State::created;
  decision.next.attempt.clear();
  decision.next.due.reset();
  return decision;
}

Result<Decision> on(const IdentityContext& context, const Discard& event, Instant) {
  if (context.state != State::creating || context.attempt != event.attempt) return unchanged(context);
  return erasing(context, true);
}

Result<Decision> on(const IdentityContext& context, const SetActive& event, Instant) {
  if (!visible(context)) return unknown();
  const auto wanted = event.active ? State::activated : State::deactivated;
  if (context.state == wanted) return unchanged(context);
  auto decision = changed(context, event.active ? "activated" : "deactivated");
  decision.next.state = wanted;
  return decision;
}

Result<Decision> on(const IdentityContext& context, const ServiceChange& event, Instant) {
  if (!visible(context)) return unknown();
  auto decision = changed(context, "updated");
  auto& services = decision.next.services;
  const auto absolute = [&](const std::string& id) { return protocol::did::absolute_id(context.did, id); };
  const auto found = std::ranges::find(services, absolute(event.service.id),
                                       [&](const auto& each) { return absolute(each.id); });
  if (event.kind == ServiceChange::Kind::add) {
    if (found != services.end())
      return fail(ErrorCode::conflict, "{} has a service '{}': replace it", context.did, event.service.id);
    if (services.size() >= services_max)
      return fail(ErrorCode::conflict, "a DID document has at most {} services", services_max);
    services.push_back(event.service);
    return decision;
  }
  if (found == services.end())
    return fail(ErrorCode::not_found, "{} has no service '{}'", context.did, event.service.id);
  if (event.kind == ServiceChange::Kind::remove) {
    services.erase(found);
  } else {
    *found = event.service;
  }
  return decision;
}

Result<Decision> on(const IdentityContext& context, const SetScopes& event, Instant) {
  if (!visible(context)) return unknown();
  if (event.scopes.size() > scopes_max) return invalid("", "must have at most {} scopes", scopes_max);
  if (context.scopes == event.scopes) return unchanged(context);
  auto decision = changed(context, "updated");
  decision.next.scopes = event.scopes;
  return decision;
}

Result<Decision> on(const IdentityContext& context, const Delete&, Instant) {
  if (context.state == State::deleting && !context.last_pass) return unchanged(context);
  if (!visible(context)) return unknown();
  auto decision = erasing(context, false);
  decision.happened.emplace_back("identity.context.deleting");
  return decision;
}

Result<Decision> on(const IdentityContext& context, const Erased&, Instant now) {
  if (context.state != State::deleting) return unchanged(context);
  if (context.last_pass) {
    auto decision = changed(context, "erased");
    decision.removed = true;
    return decision;
  }
  auto decision = changed(context, "deleted");
  decision.next = {.id = context.id, .did = context.did, .state = State::deleted};
  decision.next.due = now + stragglers_time;
  return decision;
}

Result<Decision> on(const IdentityContext& context, const Due&, Instant now) {
  const bool waits = context.state == State::creating || context.state == State::deleted;
  if (!waits || !context.due || *context.due > now) return unchanged(context);
  return erasing(context, true);
}

}  // namespace

Result<Decision> decide(const IdentityContext* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one, now); }, event);
  if (const auto* begin = std::get_if<Begin>(&event)) return begun(*begin, now);
  return unknown();
}

bool visible(const IdentityContext& context) {
  switch (context.state) {
    case State::created:
    case State::activated:
    case State::deactivated:
      return true;
    case State::creating:
    case State::deleting:
    case State::deleted:
      return false;
  }
  return false;
}

bool IdentityContext::operator==(const IdentityContext& other) const {
  const auto same_service = [](const auto& a, const auto& b) {
    return a.id == b.id && a.type == b.type && a.endpoint == b.endpoint;
  };
  return id == other.id && did == other.did && state == other.state && scopes == other.scopes &&
         properties == other.properties && attempt == other.attempt && due == other.due &&
         last_pass == other.last_pass && std::ranges::equal(services, other.services, same_service);
}

}  // namespace kontor::domain::identity_context
