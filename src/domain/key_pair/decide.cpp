#include "domain/key_pair/decide.hpp"

#include <algorithm>
#include <map>

#include "domain/key_pair/codec.hpp"
#include "protocol/did/did.hpp"

namespace kontor::domain::key_pair {
namespace {

Decision unchanged(const KeyPair& key_pair) {
  return {.next = key_pair};
}

Decision changed(KeyPair next, std::string_view what, std::vector<Effect> effects) {
  return {
      .next = std::move(next), .effects = std::move(effects), .happened = {"key.pair." + std::string(what)}};
}

std::unexpected<Error> illegal(const KeyPair& key_pair, std::string_view wanted) {
  return fail(ErrorCode::illegal_transition, "key pair {} cannot be {}: it is {}", key_pair.id, wanted,
              state_codes.name(key_pair.state));
}

bool signs_for(const KeyPair& key_pair, Usage usage) {
  return std::ranges::find(key_pair.usages, usage) != key_pair.usages.end();
}

/// A key that is used for shorter than its owner wants to be told before has been used for half of it then.
std::optional<Instant> warning(const KeyPair& key_pair, std::chrono::milliseconds before, Instant now) {
  if (!key_pair.rotates_at || before.count() <= 0) return std::nullopt;
  return std::max(*key_pair.rotates_at - before, now + (*key_pair.rotates_at - now) / 2);
}

KeyPair activated(KeyPair next, const Activation& activation, Instant now) {
  next.state = State::activated;
  next.activated_at = now;
  next.signs_from = now + activation.published_first;
  next.signed_until = now;
  if (next.use_duration.count() > 0) {
    const auto use = static_cast<double>(next.use_duration.count()) * (1 - jitter_max * activation.jitter);
    next.rotates_at = now + std::chrono::milliseconds(static_cast<std::int64_t>(use));
  }
  next.warns_at = warning(next, activation.warned_before, now);
  return next;
}

/// It signs no more, whatever was planned.
KeyPair ended(KeyPair next, State state) {
  next.state = state;
  next.is_default = false;
  next.rotates_at.reset();
  next.warns_at.reset();
  next.succession = false;
  return next;
}

/// Until everything that the key signed has expired, and not before what was asked for.
Instant verifies_until(const KeyPair& key_pair, std::optional<std::chrono::milliseconds> overlap,
                       Instant now) {
  Instant until = now + token_overlap;
  if (overlap) until = std::max(until, Instant(now + *overlap));
  if (key_pair.signed_until) return std::max(until, *key_pair.signed_until);
  return signs_for(key_pair, Usage::sign_credentials) ? std::max(until, Instant(now + unknown_overlap))
                                                      : until;
}

Result<void> check_overlap(const std::optional<std::chrono::milliseconds>& overlap) {
  if (overlap && overlap->count() < 0) return invalid("/duration", "must not be negative");
  return {};
}

Result<Decision> create(const Create& event, Instant now) {
  auto next = event.key_pair;
  if (next.usages.empty()) return invalid("/usage", "must name at least one usage");
  if (auto usable = protocol::jose::verification_key(next.public_key); !usable) {
    return fail(std::move(usable.error()), "key pair {}: its public key cannot be used", next.id);
  }
  next.state = State::created;
  next.is_default = event.make_default;
  next.activated_at.reset();
  next.signs_from.reset();
  next.signed_until.reset();
  next.rotates_at.reset();
  next.warns_at.reset();
  next.succession = false;
  next.overlap.reset();
  next.retires_at.reset();
  next.retired = false;
  if (!event.activate) return changed(std::move(next), "added", {});
  auto decision = changed(activated(std::move(next), event.activation, now), "added", {PublishDidDocument{}});
  decision.happened.push_back("key.pair.activated");
  return decision;
}

Result<Decision> on(const KeyPair& key_pair, const Create&, Instant) {
  return fail(ErrorCode::conflict, "key pair {} exists already", key_pair.id);
}

Result<Decision> on(const KeyPair& key_pair, const Activate& event, Instant now) {
  switch (key_pair.state) {
    case State::created:
      return changed(activated(key_pair, event.activation, now), "activated", {PublishDidDocument{}});
    case State::activated:
      return unchanged(key_pair);
    case State::rotated:
    case State::revoked:
      break;
  }
  return illegal(key_pair, "activated");
}

Result<Decision> on(const KeyPair& key_pair, const DropDefault&, Instant) {
  if (!key_pair.is_default) return unchanged(key_pair);
  auto next = key_pair;
  next.is_default = false;
  return changed(std::move(next), "defaultDropped", {});
}

Result<Decision> on(const KeyPair& key_pair, const Signs& event, Instant) {
  if (key_pair.state != State::activated) return illegal(key_pair, "used");
  if (key_pair.signed_until && *key_pair.signed_until >= event.until) return unchanged(key_pair);
  auto next = key_pair;
  next.signed_until = event.until;
  return unchanged(next);
}

Result<Decision> on(const KeyPair& key_pair, const Rotate& event, Instant now) {
  if (auto good = check_overlap(event.overlap); !good) return fail(std::move(good.error()));
  if (key_pair.state != State::activated) return illegal(key_pair, "rotated");
  const auto until = verifies_until(key_pair, event.overlap ? event.overlap : key_pair.overlap, now);
  auto next = ended(key_pair, State::rotated);
  next.overlap = std::chrono::duration_cast<std::chrono::milliseconds>(until - now);
  next.retires_at = until;
  return changed(std::move(next), "rotated",
                 {DestroyPrivateKey{key_pair.private_key_alias}, PublishDidDocument{}});
}

Result<Decision> on(const KeyPair& key_pair, const AwaitSuccessor& event, Instant) {
  if (auto good = check_overlap(event.overlap); !good) return fail(std::move(good.error()));
  if (key_pair.state != State::activated) return illegal(key_pair, "rotated");
  auto next = key_pair;
  next.rotates_at = event.until;
  next.warns_at.reset();
  next.succession = false;
  if (event.overlap) next.overlap = event.overlap;
  return changed(std::move(next), "rotationPlanned", {});
}

Result<Decision> on(const KeyPair& key_pair, const RotationDue&, Instant now) {
  const bool due = key_pair.state == State::activated && key_pair.rotates_at && now >= *key_pair.rotates_at;
  if (!due) return unchanged(key_pair);
  auto next = key_pair;
  next.rotates_at.reset();
  next.warns_at.reset();
  next.succession = true;
  return changed(std::move(next), "rotationDue", {FindSuccessor{}});
}

/// What is over warns of nothing: it is rotated.
Result<Decision> on(const KeyPair& key_pair, const RotationWarningDue&, Instant now) {
  const bool due = key_pair.rotates_at && key_pair.warns_at && now >= *key_pair.warns_at;
  if (!due) return unchanged(key_pair);
  if (now >= *key_pair.rotates_at) return on(key_pair, RotationDue{}, now);
  auto next = key_pair;
  next.warns_at.reset();
  return changed(std::move(next), "rotationUpcoming", {});
}

Result<Decision> on(const KeyPair& key_pair, const SuccessionFailed&, Instant now) {
  if (key_pair.state != State::activated || !key_pair.succession) return unchanged(key_pair);
  auto next = key_pair;
  next.rotates_at = now + rotation_retry;
  next.succession = false;
  return changed(std::move(next), "rotationFailed", {});
}

Result<Decision> on(const KeyPair& key_pair, const Revoke&, Instant) {
  auto next = ended(key_pair, State::revoked);
  next.retires_at.reset();
  switch (key_pair.state) {
    case State::created:
      return changed(std::move(next), "revoked", {DestroyPrivateKey{key_pair.private_key_alias}});
    case State::activated:
      return changed(std::move(next), "revoked",
                     {DestroyPrivateKey{key_pair.private_key_alias}, PublishDidDocument{}});
    case State::rotated:
      return changed(std::move(next), "revoked", {PublishDidDocument{}});
    case State::revoked:
      break;
  }
  return illegal(key_pair, "revoked");
}

Result<Decision> on(const KeyPair& key_pair, const RetirementDue&, Instant now) {
  if (key_pair.state != State::rotated || key_pair.retired || now < *key_pair.retires_at)
    return unchanged(key_pair);
  auto next = key_pair;
  next.retired = true;
  return changed(std::move(next), "retired", {PublishDidDocument{}});
}

bool stands_in_document(const KeyPair& key_pair, Instant now) {
  switch (key_pair.state) {
    case State::activated:
      return true;
    case State::rotated:
      return !key_pair.retired && now < *key_pair.retires_at;
    case State::created:
    case State::revoked:
      return false;
  }
  return false;
}

void add_relationships(protocol::did::DidDocument& document, const KeyPair& key_pair, const std::string& id) {
  const auto signs = [&](Usage usage) { return signs_for(key_pair, usage); };
  if (signs(Usage::sign_presentation) || signs(Usage::sign_token)) document.authentication->push_back(id);
  if (signs(Usage::sign_credentials)) document.assertion_method->push_back(id);
  if (signs(Usage::sign_token)) document.capability_invocation->push_back(id);
}

bool signs_at(const KeyPair& key_pair, Instant now) {
  return !key_pair.signs_from || *key_pair.signs_from <= now;
}

bool activated_later(const KeyPair& a, const KeyPair& b) {
  if (a.activated_at != b.activated_at) return a.activated_at > b.activated_at;
  return a.id < b.id;
}

bool preferred(const KeyPair& a, const KeyPair& b) {
  if (a.is_default != b.is_default) return a.is_default;
  return activated_later(a, b);
}

}  // namespace

Result<Decision> decide(const KeyPair* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one, now); }, event);
  if (const auto* first = std::get_if<Create>(&event)) return create(*first, now);
  return fail(ErrorCode::not_found, "there is no such key pair");
}

std::string verification_method_id(const KeyPair& key_pair, const Did& owner) {
  return protocol::did::absolute_id(owner, key_pair.key_id);
}

bool may_stand_in_document(const KeyPair& key_pair, Instant now) {
  return key_pair.state == State::created || stands_in_document(key_pair, now);
}

protocol::did::DidDocument with_keys(protocol::did::DidDocument document, std::span<const KeyPair> key_pairs,
                                     Instant now) {
  std::map<std::string, const KeyPair*> newest;
  for (const auto& key_pair : key_pairs) {
    if (!stands_in_document(key_pair, now)) continue;
    auto& place = newest[verification_method_id(key_pair, document.id)];
    if (!place || activated_later(key_pair, *place)) place = &key_pair;
  }
  document.verification_methods.clear();
  document.authentication.emplace();
  document.assertion_method.emplace();
  document.capability_invocation.emplace();
  document.capability_delegation.reset();
  document.key_agreement.reset();
  for (const auto& [id, key_pair] : newest) {
    auto key = key_pair->public_key;
    key.kid = id;
    document.verification_methods.push_back(
        {.id = id, .controller = document.id, .type = key_pair->type, .key = std::move(key)});
    add_relationships(document, *key_pair, id);
  }
  return document;
}

Result<KeyPair> signing_key(std::span<const KeyPair> key_pairs, Usage usage, Instant now) {
  const KeyPair* best = nullptr;
  const auto wins = [&](const KeyPair& key_pair) {
    if (!best) return true;
    if (signs_at(key_pair, now) != signs_at(*best, now)) return signs_at(key_pair, now);
    return preferred(key_pair, *best);
  };
  for (const auto& key_pair : key_pairs) {
    if (key_pair.state != State::activated || !signs_for(key_pair, usage)) continue;
    if (wins(key_pair)) best = &key_pair;
  }
  if (best) return *best;
  return fail(ErrorCode::not_found, "no active key pair with usage {}: add one or activate it",
              usage_names.name(usage));
}

const KeyPair* default_key(std::span<const KeyPair> key_pairs) {
  const KeyPair* best = nullptr;
  for (const auto& key_pair : key_pairs) {
    if (key_pair.state == State::activated && (!best || preferred(key_pair, *best))) best = &key_pair;
  }
  return best;
}

std::optional<Instant> replaceable_from(const KeyPair& key_pair, std::span<const KeyPair> key_pairs) {
  Instant from{};
  for (const auto usage : key_pair.usages) {
    std::optional<Instant> first;
    for (const auto& other : key_pairs) {
      if (other.id == key_pair.id || other.state != State::activated || !signs_for(other, usage)) continue;
      const auto signs_from = other.signs_from.value_or(Instant{});
      first = first ? std::min(*first, signs_from) : signs_from;
    }
    if (!first) return std::nullopt;
    from = std::max(from, *first);
  }
  return from;
}

}  // namespace kontor::domain::key_pair
