#include "runtime/identity/key_ring.hpp"

#include "base/lru/lru.hpp"

namespace kontor::runtime::identity {

namespace key_pair = domain::key_pair;
using key_pair::Machine;

namespace {

constexpr std::size_t identities_kept_max = 4096;
constexpr std::uint32_t keys_per_context_max = 1000;

std::vector<key_pair::Usage> usages_or_all(std::vector<key_pair::Usage> usages) {
  if (!usages.empty()) return usages;
  return {key_pair::Usage::sign_credentials, key_pair::Usage::sign_presentation, key_pair::Usage::sign_token};
}

}  // namespace

struct KeyRing::State {
  Task<Result<platform::engine::Outcome<Machine>>> carry_out(
      platform::engine::Committed<key_pair::Effect> effect);
  Task<Result<protocol::jose::Jwk>> make_key(ContextId context, const KeyDescriptor& descriptor);

  platform::engine::Engine& engine;
  platform::vault::Vault& vault;
  Lru<ContextId, std::shared_ptr<const Identity>> kept{identities_kept_max};
  std::uint64_t changes = 0;  ///< what was read before a change is not kept after it
};

KeyRing::KeyRing(platform::engine::Engine& engine, platform::vault::Vault& vault)
    : state_(new State{engine, vault}) {
  auto state = state_;
  engine.add<Machine>([state](platform::engine::Committed<key_pair::Effect> effect) {
    return state->carry_out(std::move(effect));
  });
  std::weak_ptr<State> weak = state_;
  engine.store().on_change([weak](const platform::store::Change& change) {
    auto alive = weak.lock();
    if (!alive) return;
    if (change.kind == Machine::kind().name || change.kind == IdentityContextDocument::kind().name) {
      ++alive->changes;
      alive->kept.erase(change.context);
    }
  });
}

KeyRing::~KeyRing() = default;

Task<Result<std::shared_ptr<const Identity>>> KeyRing::identity(ContextId context) {
  auto state = state_;
  if (const auto* found = state->kept.find(context)) co_return *found;
  const auto changes_before = state->changes;
  auto owner = co_await state->engine.load<IdentityContextDocument>(context, entity_id(context));
  if (!owner) co_return fail(std::move(owner.error()));
  protocol::query::Query all;
  all.limit = keys_per_context_max;
  auto keys = co_await state->engine.list<Machine>(context, std::move(all));
  if (!keys) co_return fail(std::move(keys.error()));
  auto identity = std::make_shared<Identity>(Identity{std::move(owner->entity), {}});
  for (auto& key : keys->entities) identity->key_pairs.push_back(std::move(key.entity));
  if (state->changes != changes_before) co_return identity;
  state->kept.put(context, identity);
  co_return identity;
}

Task<Result<key_pair::KeyPairId>> KeyRing::create(IdentityContext owner, KeyDescriptor descriptor,
                                                  std::vector<platform::store::Put> also, std::string actor) {
  auto state = state_;
  auto public_key = co_await state->make_key(owner.id, descriptor);
  if (!public_key) co_return fail(std::move(public_key.error()), "make the key '{}'", descriptor.key_id);
  key_pair::Create create;
  create.key_pair.id = key_pair::KeyPairId(new_uuid(state->engine.random()));
  create.key_pair.key_id = descriptor.key_id;
  create.key_pair.public_key = std::move(*public_key);
  create.key_pair.private_key_alias = descriptor.alias.str();
  create.key_pair.usages = usages_or_all(std::move(descriptor.usages));
  create.activate = descriptor.active;
  create.make_default = descriptor.make_default;
  auto id = create.key_pair.id;
  platform::engine::Command command{owner.id, entity_id(id), std::move(actor)};
  command.also = std::move(also);
  auto applied = co_await state->engine.apply<Machine>(std::move(command), std::move(create));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return id;
}

Task<Result<void>> KeyRing::apply(ContextId context, key_pair::KeyPairId id, key_pair::Event event,
                                  std::string actor) {
  auto state = state_;
  platform::engine::Command command{std::move(context), entity_id(id), std::move(actor)};
  auto applied = co_await state->engine.apply<Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

Task<Result<protocol::jose::Jwk>> KeyRing::State::make_key(ContextId context,
                                                           const KeyDescriptor& descriptor) {
  auto created = co_await vault.create_key(context, descriptor.alias, descriptor.type);
  if (created || created.error().code != ErrorCode::conflict) co_return created;
  co_return co_await vault.public_key(context, descriptor.alias);
}

Task<Result<platform::engine::Outcome<Machine>>> KeyRing::State::carry_out(
    platform::engine::Committed<key_pair::Effect> effect) {
  if (const auto* destroy = std::get_if<key_pair::DestroyPrivateKey>(&*effect)) {
    auto gone = co_await vault.destroy_key(effect.call().context,
                                           platform::vault::KeyAlias(destroy->private_key_alias));
    if (!gone) co_return fail(std::move(gone.error()));
  } else {
    // The document is made from the key pairs when it is asked for; what was kept of them is out of date.
    kept.erase(effect.call().context);
  }
  co_return platform::engine::Outcome<Machine>{};
}

}  // namespace kontor::runtime::identity
