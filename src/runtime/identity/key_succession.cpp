#include "runtime/identity/key_succession.hpp"

#include <algorithm>
#include <utility>

namespace kontor::runtime::identity {

namespace key_pair = domain::key_pair;
namespace store = platform::store;
using key_pair::KeyPair;
using key_pair::KeyPairId;

namespace {

store::Put put_of(const LoadedKeyPair& before, const KeyPair& next) {
  using key_pair::Machine;
  return {&Machine::kind(), before.id, before.version, Machine::encode(next), Machine::due_at(next)};
}

}  // namespace

std::vector<key_pair::Usage> usages_or_all(std::vector<key_pair::Usage> usages) {
  if (!usages.empty()) return usages;
  return {key_pair::Usage::sign_credentials, key_pair::Usage::sign_presentation, key_pair::Usage::sign_token};
}

std::vector<KeyPair> entities_of(std::span<const LoadedKeyPair> known) {
  std::vector<KeyPair> entities;
  for (const auto& each : known) entities.push_back(each.entity);
  return entities;
}

Result<LoadedKeyPair> find_in(std::span<const LoadedKeyPair> known, const KeyPairId& id) {
  const auto found = std::ranges::find(known, id, [](const auto& each) { return each.entity.id; });
  if (found == known.end()) return fail(ErrorCode::not_found, "there is no key pair '{}'", id);
  return *found;
}

std::vector<store::Put> without_default(std::span<const LoadedKeyPair> known, const KeyPairId& id) {
  std::vector<store::Put> puts;
  for (const auto& each : known) {
    if (!each.entity.is_default || each.entity.id == id) continue;
    auto dropped = key_pair::decide(&each.entity, key_pair::DropDefault{}, {});
    if (dropped) puts.push_back(put_of(each, dropped->next));
  }
  return puts;
}

std::vector<store::Put> unchanged(std::span<const LoadedKeyPair> known, const KeyPairId& id) {
  std::vector<store::Put> puts;
  for (const auto& each : known) {
    const bool other = each.entity.state == key_pair::State::activated && each.entity.id != id;
    if (other) puts.push_back(put_of(each, each.entity));
  }
  return puts;
}

bool is_default(std::span<const LoadedKeyPair> known, const KeyPairId& id) {
  const auto entities = entities_of(known);
  const auto* found = key_pair::default_key(entities);
  return found && found->id == id;
}

Result<void> check_free(std::span<const LoadedKeyPair> known, const KeyDescriptor& wanted, Instant now) {
  if (known.size() >= keys_per_context_max) {
    return fail(ErrorCode::conflict, "a participant has at most {} key pairs, those included that have ended",
                keys_per_context_max);
  }
  const auto published = std::ranges::count_if(
      known, [now](const auto& each) { return key_pair::may_stand_in_document(each.entity, now); });
  if (std::cmp_greater_equal(published, keys_published_max)) {
    return fail(ErrorCode::conflict,
                "{} keys stand in the DID document: revoke one, or wait until what a rotated one has signed "
                "is over",
                published);
  }
  for (const auto& each : known) {
    const auto& there = each.entity;
    if (there.id.str() == wanted.id) return fail(ErrorCode::conflict, "there is a key pair '{}'", there.id);
    if (there.key_id == wanted.key_id)
      return fail(ErrorCode::conflict, "the key id '{}' has been used: take another one", wanted.key_id);
    if (there.private_key_alias == wanted.alias.str())
      return fail(ErrorCode::conflict, "the alias '{}' has been used: take another one", wanted.alias);
  }
  return {};
}

Result<void> check_successor(std::span<const LoadedKeyPair> known, const KeyPair& key,
                             const KeyDescriptor& successor) {
  if (!successor.active) return invalid("/active", "must be true: a successor signs");
  auto with = entities_of(known);
  KeyPair next{.id = KeyPairId("successor"), .usages = usages_or_all(successor.usages)};
  next.state = key_pair::State::activated;
  with.push_back(std::move(next));
  if (key_pair::replaceable_from(key, with)) return {};
  return invalid("/usage", "must name everything that the key signs for and no other key does");
}

crypto::KeyType type_after(const KeyPair& key) {
  const auto known = protocol::jose::public_key(key.public_key);
  const auto type = known ? known->type() : crypto::KeyType::p256;
  const bool made_here = type == crypto::KeyType::ed25519 || type == crypto::KeyType::p384;
  return made_here ? type : crypto::KeyType::p256;
}

}  // namespace kontor::runtime::identity
