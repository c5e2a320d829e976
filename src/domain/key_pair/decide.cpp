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
      .next = std::move(next), .effects = std::move(effects), .happened = {"key_pair." + std::string(what)}};
}

std::unexpected<Error> illegal(const KeyPair& key_pair, std::string_view wanted) {
  return fail(ErrorCode::illegal_transition, "key pair {} cannot be {}: it is {}", key_pair.id, wanted,
              state_codes.name(key_pair.state));
}

KeyPair activated(KeyPair next, Instant now) {
  next.state = State::activated;
  next.activated_at = now;
  return next;
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
  next.overlap.reset();
  next.retires_at.reset();
  next.retired = false;
  if (!event.activate) return changed(std::move(next), "created", {});
  auto decision = changed(activated(std::move(next), now), "created", {PublishDidDocument{}});
  decision.happened.push_back("key_pair.activated");
  return decision;
}

Result<Decision> on(const KeyPair& key_pair, const Create&, Instant) {
  return fail(ErrorCode::conflict, "key pair {} exists already", key_pair.id);
}

Result<Decision> on(const KeyPair& key_pair, const Activate&, Instant now) {
  switch (key_pair.state) {
    case State::created:
      return changed(activated(key_pair, now), "activated", {PublishDidDocument{}});
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
  return changed(std::move(next), "default_dropped", {});
}

Result<Decision> on(const KeyPair& key_pair, const Rotate& event, Instant now) {
  if (event.overlap.count() < 0) return invalid("/duration", "must not be negative");
  if (key_pair.state != State::activated) return illegal(key_pair, "rotated");
  auto next = key_pair;
  next.state = State::rotated;
  next.is_default = false;
  next.overlap = event.overlap;
  next.retires_at = now + event.overlap;
  next.retired = event.overlap.count() == 0;
  return changed(std::move(next), "rotated",
                 {DestroyPrivateKey{key_pair.private_key_alias}, PublishDidDocument{}});
}

Result<Decision> on(const KeyPair& key_pair, const Revoke&, Instant) {
  auto next = key_pair;
  next.state = State::revoked;
  next.is_default = false;
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
  const auto signs = [&](Usage usage) {
    return std::ranges::find(key_pair.usages, usage) != key_pair.usages.end();
  };
  if (signs(Usage::sign_presentation) || signs(Usage::sign_token)) document.authentication->push_back(id);
  if (signs(Usage::sign_credentials)) document.assertion_method->push_back(id);
  if (signs(Usage::sign_token)) document.capability_invocation->push_back(id);
}

bool activated_later(const KeyPair& a, const KeyPair& b) {
  if (a.activated_at != b.activated_at) return a.activated_at > b.activated_at;
  return a.id < b.id;
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

Result<KeyPair> signing_key(std::span<const KeyPair> key_pairs, Usage usage) {
  const KeyPair* best = nullptr;
  for (const auto& key_pair : key_pairs) {
    if (key_pair.state != State::activated) continue;
    if (std::ranges::find(key_pair.usages, usage) == key_pair.usages.end()) continue;
    const bool wins = !best || (key_pair.is_default != best->is_default ? key_pair.is_default
                                                                        : activated_later(key_pair, *best));
    if (wins) best = &key_pair;
  }
  if (best) return *best;
  return fail(ErrorCode::not_found, "no active key pair with usage {}: add one or activate it",
              usage_names.name(usage));
}

}  // namespace kontor::domain::key_pair
