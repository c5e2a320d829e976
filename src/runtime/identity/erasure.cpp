#include "runtime/identity/erasure.hpp"

#include "runtime/erasure/erasure.hpp"
#include "runtime/identity/identity_context.hpp"

namespace kontor::runtime::identity {

namespace engine = platform::engine;
namespace store = platform::store;
using engine::Engine;
using identity_context::Machine;
using platform::vault::Vault;

namespace {

bool belongs_to_one(std::string_view kind) {
  return kind != Machine::kind().name && erasure::is_of_identity(kind);
}

bool is_of_others(std::string_view kind) {
  return !erasure::is_of_identity(kind);
}

Task<Result<void>> destroy_keys(Vault& vault, ContextId context) {
  auto aliases = co_await vault.list_keys(context);
  if (!aliases) co_return fail(std::move(aliases.error()));
  for (auto& alias : *aliases) {
    auto destroyed = co_await vault.destroy_key(context, std::move(alias));
    if (!destroyed) co_return fail(std::move(destroyed.error()));
  }
  co_return Result<void>{};
}

/// Where the DID is another's meanwhile it stays.
Task<Result<void>> give_up_did(Engine& engine, Did did, ContextId context) {
  const auto installation = store::installation_context();
  auto claim = co_await engine.load<DidClaimDocument>(installation, entity_id(did));
  if (!claim && claim.error().code == ErrorCode::not_found) co_return Result<void>{};
  if (!claim) co_return fail(std::move(claim.error()));
  if (claim->entity.context != context) co_return Result<void>{};
  engine::Command command{installation, entity_id(did)};
  auto removed = co_await engine.remove<DidClaimDocument>(std::move(command), claim->version);
  if (!removed && removed.error().code != ErrorCode::not_found) co_return fail(std::move(removed.error()));
  co_return Result<void>{};
}

/// True: the context is that of no connector and of no issuer beside us, and its vault is empty now.
Task<Result<bool>> empty_vault(Engine& engine, Vault& vault, ContextId context) {
  auto shared = co_await erasure::has_entities(engine, context, is_of_others);
  if (!shared) co_return fail(std::move(shared.error()));
  if (*shared) co_return false;
  auto emptied = co_await vault.erase_context(context);
  if (!emptied) co_return fail(std::move(emptied.error()));
  co_return true;
}

}  // namespace

Task<Result<engine::Outcome<Machine>>> carry_out(Engine& engine, Vault& vault,
                                                 engine::Committed<identity_context::Effect> effect) {
  const auto& context = effect.call().context;
  const auto& erase = std::get<identity_context::Erase>(*effect);
  auto removed = co_await erasure::remove_entities(engine, context, belongs_to_one);
  if (!removed) co_return fail(std::move(removed.error()), "remove what belongs to '{}'", context);
  auto destroyed = co_await destroy_keys(vault, context);
  if (!destroyed) co_return fail(std::move(destroyed.error()), "destroy the keys of '{}'", context);
  auto free = co_await give_up_did(engine, erase.did, context);
  if (!free) co_return fail(std::move(free.error()), "give {} up", erase.did);
  auto alone = co_await empty_vault(engine, vault, context);
  if (!alone) co_return fail(std::move(alone.error()), "empty the vault of '{}'", context);
  if (*alone) {
    auto nobody = co_await erasure::remove_mappings(engine, context);
    if (!nobody) co_return fail(std::move(nobody.error()), "remove who acts for '{}'", context);
  }
  if (!*alone || !erase.last_pass) co_return identity_context::Erased{};
  // Its events, the keys of used tokens and the context itself; the effect goes with them.
  auto erased = co_await engine.store().erase(context);
  if (!erased) co_return fail(std::move(erased.error()), "erase '{}'", context);
  co_return engine::Outcome<Machine>{};
}

}  // namespace kontor::runtime::identity
