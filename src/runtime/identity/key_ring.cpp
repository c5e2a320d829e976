#include "runtime/identity/key_ring.hpp"

#include <algorithm>
#include <span>

#include "base/crypto/hash.hpp"
#include "base/lru/lru.hpp"
#include "domain/identity_context/decide.hpp"
#include "protocol/did/did.hpp"
#include "runtime/identity/key_names.hpp"
#include "runtime/identity/key_succession.hpp"

namespace kontor::runtime::identity {

namespace engine = platform::engine;
namespace key_pair = domain::key_pair;
namespace store = platform::store;
using key_pair::KeyPair;
using key_pair::KeyPairId;
using key_pair::Machine;

namespace {

constexpr std::size_t identities_kept_max = 4096;
constexpr int attempts_max = 8;  ///< where others change key pairs of the same owner meanwhile
constexpr std::size_t name_bytes = 8;

struct NewKeyPair {
  IdentityContext owner;
  KeyDescriptor descriptor;
  std::vector<store::Put> also;
  std::string actor;
};

}  // namespace

struct KeyRing::State {
  Task<Result<engine::Outcome<Machine>>> carry_out(engine::Committed<key_pair::Effect> effect);
  Task<Result<std::vector<LoadedKeyPair>>> load(ContextId context);
  Task<Result<KeyPairId>> create(NewKeyPair order);
  Task<Result<KeyPairId>> commit(const NewKeyPair& order, std::span<const LoadedKeyPair> known,
                                 protocol::jose::Jwk public_key);
  Task<Result<void>> apply(engine::Command command, key_pair::Event event);
  /// The successor that somebody names, before the event comes to the key.
  Task<Result<void>> succeed(ContextId context, KeyPairId id, key_pair::Event event, KeyDescriptor successor,
                             std::string actor);
  Task<Result<void>> succeed_alike(ContextId context, std::span<const LoadedKeyPair> known,
                                   const KeyPair& key, std::string name);
  /// Rotates the key, or has it wait for a successor that is there or that is made under this name.
  Task<Result<void>> hand_over(engine::Command command, KeyPairId id,
                               std::optional<std::chrono::milliseconds> overlap, std::string name);
  key_pair::Activation activation(std::span<const LoadedKeyPair> known);

  platform::engine::Engine& engine;
  platform::vault::Vault& vault;
  KeyRingConfig config;
  Lru<ContextId, std::shared_ptr<const Identity>> kept{identities_kept_max};
  std::uint64_t changes = 0;  ///< what was read before a change is not kept after it
};

KeyRing::KeyRing(platform::engine::Engine& engine, platform::vault::Vault& vault, KeyRingConfig config)
    : state_(new State{engine, vault, config}) {
  auto state = state_;
  engine.add<Machine>([state](platform::engine::Committed<key_pair::Effect> effect) {
    return state->carry_out(std::move(effect));
  });
  std::weak_ptr<State> weak = state_;
  engine.store().on_change([weak](const platform::store::Change& change) {
    auto alive = weak.lock();
    if (!alive) return;
    const bool shows = change.is_of(Machine::kind()) || change.is_of(identity_context::Machine::kind()) ||
                       change.is_of(TokenServiceDocument::kind());
    if (!shows) return;
    ++alive->changes;
    if (change.is_unknown()) alive->kept.clear();
    alive->kept.erase(change.context);
  });
}

KeyRing::~KeyRing() = default;

Task<Result<std::shared_ptr<const Identity>>> KeyRing::identity(ContextId context) {
  auto state = state_;
  if (const auto* found = state->kept.find(context)) co_return *found;
  const auto changes_before = state->changes;
  auto owner = co_await load_context(state->engine, context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto keys = co_await state->load(context);
  if (!keys) co_return fail(std::move(keys.error()));
  auto elsewhere = co_await state->engine.load<TokenServiceDocument>(context, entity_id(context));
  if (!elsewhere && elsewhere.error().code != ErrorCode::not_found)
    co_return fail(std::move(elsewhere.error()));
  auto identity = std::make_shared<Identity>(Identity{std::move(owner->entity), entities_of(*keys)});
  if (elsewhere) identity->token_service = std::move(elsewhere->entity);
  if (state->changes != changes_before) co_return identity;
  state->kept.put(context, identity);
  co_return identity;
}

Task<Result<std::vector<LoadedKeyPair>>> KeyRing::key_pairs(ContextId context) {
  auto state = state_;
  auto owner = co_await load_context(state->engine, context);
  if (!owner) co_return fail(std::move(owner.error()));
  co_return co_await state->load(std::move(context));
}

Task<Result<std::vector<LoadedKeyPair>>> KeyRing::key_pairs_of_all(protocol::query::Query page) {
  auto state = state_;
  auto found = co_await state->engine.list_across<Machine>(
      store::SystemScope("list key pairs for an administrator"), std::move(page));
  if (!found) co_return fail(std::move(found.error()));
  co_return std::move(found->entities);
}

Task<Result<LoadedKeyPair>> KeyRing::find(ContextId context, std::string name) {
  auto known = co_await key_pairs(context);
  if (!known) co_return fail(std::move(known.error()));
  auto by_id = find_in(*known, KeyPairId(name));
  if (by_id) co_return by_id;
  auto owner = co_await identity(std::move(context));
  if (!owner) co_return fail(std::move(owner.error()));
  const auto& did = (*owner)->context.did;
  const auto key_id = protocol::did::absolute_id(did, name);
  const auto found = std::ranges::find(
      *known, key_id, [&](const auto& each) { return key_pair::verification_method_id(each.entity, did); });
  if (found == known->end()) co_return by_id;
  co_return *found;
}

Task<Result<KeyPairId>> KeyRing::create(IdentityContext owner, KeyDescriptor descriptor,
                                        std::vector<store::Put> also, std::string actor) {
  auto state = state_;
  co_return co_await state->create(
      {std::move(owner), std::move(descriptor), std::move(also), std::move(actor)});
}

Task<Result<void>> KeyRing::activate(ContextId context, KeyPairId id, std::string actor) {
  auto state = state_;
  Result<void> applied;
  for (int i = 0; i < attempts_max; ++i) {
    auto known = co_await state->load(context);
    if (!known) co_return fail(std::move(known.error()));
    auto own = find_in(*known, id);
    if (!own) co_return fail(std::move(own.error()));
    engine::Command command{context, entity_id(id), actor};
    const bool takes_over = own->entity.state == key_pair::State::created && own->entity.is_default;
    if (takes_over) command.also = without_default(*known, id);
    applied = co_await state->apply(std::move(command), key_pair::Activate{state->activation(*known)});
    if (applied || applied.error().code != ErrorCode::version_conflict) break;
  }
  co_return applied;
}

Task<Result<void>> KeyRing::rotate(ContextId context, KeyPairId id, KeyRotation rotation, std::string actor) {
  auto state = state_;
  if (rotation.successor) {
    auto made = co_await state->succeed(context, id, key_pair::Rotate{rotation.overlap},
                                        std::move(*rotation.successor), actor);
    if (!made) co_return fail(std::move(made.error()));
  }
  auto name = "key-" + random_hex(state->engine.random(), name_bytes);
  engine::Command command{std::move(context), entity_id(id), std::move(actor)};
  co_return co_await state->hand_over(std::move(command), std::move(id), rotation.overlap, std::move(name));
}

Task<Result<void>> KeyRing::revoke(ContextId context, KeyPairId id, std::optional<KeyDescriptor> successor,
                                   std::string actor) {
  auto state = state_;
  if (successor) {
    auto made = co_await state->succeed(context, id, key_pair::Revoke{}, std::move(*successor), actor);
    if (!made) co_return fail(std::move(made.error()));
  }
  co_return co_await state->apply({std::move(context), entity_id(id), std::move(actor)}, key_pair::Revoke{});
}

Task<Result<void>> KeyRing::signs(ContextId context, KeyPair key_pair, Instant until) {
  auto state = state_;
  if (key_pair.signed_until && *key_pair.signed_until >= until) co_return Result<void>{};
  // Whole days, so that it is not written with every credential.
  key_pair::Signs event{std::chrono::ceil<std::chrono::days>(until)};
  co_return co_await state->apply({std::move(context), entity_id(key_pair.id)}, event);
}

void KeyRing::forget(const ContextId& context) {
  state_->kept.erase(context);
}

Instant KeyRing::now() const {
  return state_->engine.clock().now();
}

Task<Result<std::vector<LoadedKeyPair>>> KeyRing::State::load(ContextId context) {
  protocol::query::Query all;
  all.limit = keys_per_context_max;
  auto page = co_await engine.list<Machine>(std::move(context), std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  co_return std::move(page->entities);
}

Task<Result<void>> KeyRing::State::apply(engine::Command command, key_pair::Event event) {
  auto applied = co_await engine.apply<Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

key_pair::Activation KeyRing::State::activation(std::span<const LoadedKeyPair> known) {
  std::byte drawn[1];
  engine.random().fill(drawn);
  key_pair::Activation activation{.jitter = std::to_integer<int>(drawn[0]) / 256.0,
                                  .warned_before = config.rotation_warning};
  const bool another = std::ranges::any_of(
      known, [](const auto& each) { return each.entity.state == key_pair::State::activated; });
  if (another) activation.published_first = config.published_first;
  return activation;
}

Task<Result<KeyPairId>> KeyRing::State::create(NewKeyPair order) {
  auto& descriptor = order.descriptor;
  descriptor.key_id = protocol::did::absolute_id(order.owner.did, descriptor.key_id);
  if (descriptor.id.empty()) descriptor.id = new_uuid(engine.random());
  Result<KeyPairId> created = KeyPairId();
  for (int i = 0; i < attempts_max; ++i) {
    auto known = co_await load(order.owner.id);
    if (!known) co_return fail(std::move(known.error()));
    if (auto free = check_free(*known, descriptor, engine.clock().now()); !free)
      co_return fail(std::move(free.error()));
    auto public_key = co_await obtain_key(vault, order.owner.id, descriptor);
    if (!public_key) co_return fail(std::move(public_key.error()), "make the key '{}'", descriptor.key_id);
    created = co_await commit(order, *known, std::move(*public_key));
    if (created || created.error().code != ErrorCode::version_conflict) break;
  }
  co_return created;
}

Task<Result<KeyPairId>> KeyRing::State::commit(const NewKeyPair& order, std::span<const LoadedKeyPair> known,
                                               protocol::jose::Jwk public_key) {
  const auto& descriptor = order.descriptor;
  key_pair::Create create;
  create.key_pair.id = KeyPairId(descriptor.id);
  create.key_pair.key_id = descriptor.key_id;
  create.key_pair.type = descriptor.method_type;
  create.key_pair.public_key = std::move(public_key);
  create.key_pair.private_key_alias = descriptor.alias.str();
  create.key_pair.usages = usages_or_all(descriptor.usages);
  create.key_pair.use_duration = config.use_duration;
  create.activate = descriptor.active;
  create.make_default = descriptor.make_default;
  create.activation = activation(known);
  auto id = create.key_pair.id;
  engine::Command command{order.owner.id, entity_id(id), order.actor};
  command.also = order.also;
  std::ranges::move(names_of(create.key_pair), std::back_inserter(command.also));
  if (create.activate && create.make_default)
    std::ranges::move(without_default(known, id), std::back_inserter(command.also));
  auto applied = co_await apply(std::move(command), std::move(create));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return id;
}

Task<Result<void>> KeyRing::State::succeed(ContextId context, KeyPairId id, key_pair::Event event,
                                           KeyDescriptor successor, std::string actor) {
  auto owner = co_await load_context(engine, context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto known = co_await load(context);
  if (!known) co_return fail(std::move(known.error()));
  auto own = find_in(*known, id);
  if (!own) co_return fail(std::move(own.error()));
  if (auto legal = key_pair::decide(&own->entity, event, engine.clock().now()); !legal)
    co_return fail(std::move(legal.error()));
  const auto key_id = protocol::did::absolute_id(owner->entity.did, successor.key_id);
  const bool made_before = std::ranges::any_of(*known, [&](const auto& each) {
    return each.entity.state == key_pair::State::activated && each.entity.id != id &&
           each.entity.key_id == key_id && each.entity.private_key_alias == successor.alias.str();
  });
  if (made_before) co_return Result<void>{};
  if (auto good = check_successor(*known, own->entity, successor); !good)
    co_return fail(std::move(good.error()));
  successor.make_default = is_default(*known, id);
  auto made = co_await create({std::move(owner->entity), std::move(successor), {}, std::move(actor)});
  if (!made) co_return fail(std::move(made.error()));
  co_return Result<void>{};
}

Task<Result<void>> KeyRing::State::succeed_alike(ContextId context, std::span<const LoadedKeyPair> known,
                                                 const KeyPair& key, std::string name) {
  auto owner = co_await load_context(engine, context);
  if (!owner) co_return fail(std::move(owner.error()));
  KeyDescriptor descriptor{.id = name,
                           .key_id = name,
                           .alias = platform::vault::KeyAlias(name),
                           .type = type_after(key),
                           .method_type = key.type,
                           .usages = key.usages,
                           .make_default = is_default(known, key.id)};
  auto made = co_await create({std::move(owner->entity), std::move(descriptor), {}, "system"});
  if (!made) co_return fail(std::move(made.error()), "make a successor of the key pair '{}'", key.id);
  co_return Result<void>{};
}

Task<Result<void>> KeyRing::State::hand_over(engine::Command command, KeyPairId id,
                                             std::optional<std::chrono::milliseconds> overlap,
                                             std::string name) {
  Result<void> applied = fail(ErrorCode::version_conflict, "the key pairs of '{}' change", command.context);
  for (int i = 0; i < attempts_max; ++i) {
    auto known = co_await load(command.context);
    if (!known) co_return fail(std::move(known.error()));
    auto own = find_in(*known, id);
    if (!own) co_return fail(std::move(own.error()));
    const auto from = key_pair::replaceable_from(own->entity, entities_of(*known));
    if (!from && own->entity.state == key_pair::State::activated) {
      auto made = co_await succeed_alike(command.context, *known, own->entity, name);
      if (!made) co_return fail(std::move(made.error()));
      continue;
    }
    key_pair::Event event = key_pair::Rotate{overlap};
    command.also = unchanged(*known, id);
    if (from && *from > engine.clock().now()) {
      event = key_pair::AwaitSuccessor{*from, overlap};
      command.also.clear();
    }
    applied = co_await apply(command, std::move(event));
    if (applied || applied.error().code != ErrorCode::version_conflict) break;
  }
  co_return applied;
}

Task<Result<engine::Outcome<Machine>>> KeyRing::State::carry_out(engine::Committed<key_pair::Effect> effect) {
  const auto& call = effect.call();
  if (const auto* destroy = std::get_if<key_pair::DestroyPrivateKey>(&*effect)) {
    auto gone =
        co_await vault.destroy_key(call.context, platform::vault::KeyAlias(destroy->private_key_alias));
    if (!gone) co_return fail(std::move(gone.error()));
  } else if (std::holds_alternative<key_pair::FindSuccessor>(*effect)) {
    // The same name in each attempt: what one that broke off has left in the vault is used by the next.
    auto name = "key-" + crypto::sha256_hex(call.id.str()).substr(0, 2 * name_bytes);
    auto done =
        co_await hand_over({call.context, call.entity}, KeyPairId(call.entity.str()), {}, std::move(name));
    if (!done) co_return fail(std::move(done.error()));
  } else {
    // The document is made from the key pairs when it is asked for; what was kept of them is out of date.
    kept.erase(call.context);
  }
  co_return engine::Outcome<Machine>{};
}

}  // namespace kontor::runtime::identity
