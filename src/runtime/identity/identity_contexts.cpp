#include "runtime/identity/identity_contexts.hpp"

#include "base/crypto/secret_hash.hpp"
#include "protocol/did/did.hpp"
#include "runtime/identity/secure_token_account.hpp"

namespace kontor::runtime::identity {

namespace engine = platform::engine;
namespace store = platform::store;

namespace {

constexpr int changes_max = 8;  ///< where others change the context meanwhile

}  // namespace

IdentityContexts::IdentityContexts(engine::Engine& engine, KeyRing& keys) : engine_(engine), keys_(keys) {}

Task<Result<IdentityContext>> IdentityContexts::create(NewIdentityContext request, std::string actor) {
  auto context = std::move(request.context);
  if (auto did = protocol::did::parse_did(context.did.str()); !did) co_return fail(std::move(did.error()));
  if (request.keys.empty()) co_return invalid("/key", "at least one key is needed");
  context.state = request.active ? ContextState::activated : ContextState::created;

  engine::Command claim{store::installation_context(), entity_id(context.did), actor};
  auto claimed = co_await engine_.put<DidClaimDocument>(std::move(claim), DidClaim{context.id}, 0);
  if (!claimed) {
    if (claimed.error().code != ErrorCode::conflict) co_return fail(std::move(claimed.error()));
    auto owner = co_await context_of(context.did);
    if (!owner) co_return fail(std::move(owner.error()));
    if (*owner != context.id) co_return fail(ErrorCode::conflict, "the DID {} is taken", context.did);
  }
  std::vector<store::Put> also{engine::put_of<IdentityContextDocument>(entity_id(context.id), context, 0)};
  if (request.account_secret) {
    const auto hash = crypto::hash_secret(*request.account_secret, crypto::new_salt(engine_.random()),
                                          crypto::generated_secret_cost);
    also.push_back(
        engine::put_of<SecureTokenAccountDocument>(entity_id(context.did), {context.did, {hash, {}}}, 0));
  }
  for (auto& descriptor : request.keys) {
    auto key = co_await keys_.create(context, std::move(descriptor), std::move(also), actor);
    if (!key) co_return fail(std::move(key.error()), "create the participant context '{}'", context.id);
    also.clear();
  }
  co_return context;
}

Task<Result<engine::Loaded<IdentityContext>>> IdentityContexts::load(ContextId context) {
  auto id = entity_id(context);
  co_return co_await engine_.load<IdentityContextDocument>(std::move(context), std::move(id));
}

Task<Result<engine::LoadedPage<IdentityContext>>> IdentityContexts::list(protocol::query::Query query) {
  co_return co_await engine_.list_across<IdentityContextDocument>(
      store::SystemScope("list participant contexts for an administrator"), std::move(query));
}

Task<Result<void>> IdentityContexts::set_active(ContextId context, bool active, std::string actor) {
  auto loaded = co_await load(std::move(context));
  if (!loaded) co_return fail(std::move(loaded.error()));
  loaded->entity.state = active ? ContextState::activated : ContextState::deactivated;
  co_return co_await update(std::move(*loaded), std::move(actor));
}

Task<Result<void>> IdentityContexts::change_services(ContextId context, ServiceChange wanted,
                                                     std::string actor) {
  Result<void> done;
  for (int i = 0; i < changes_max; ++i) {
    auto loaded = co_await load(context);
    if (!loaded) co_return fail(std::move(loaded.error()));
    if (auto changed = change(loaded->entity, wanted); !changed) co_return fail(std::move(changed.error()));
    done = co_await update(std::move(*loaded), actor);
    if (done || done.error().code != ErrorCode::version_conflict) break;
  }
  co_return done;
}

Task<Result<std::vector<ContextId>>> IdentityContexts::matching(ContextId context,
                                                                protocol::query::Query query) {
  auto page = co_await engine_.list<IdentityContextDocument>(std::move(context), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<ContextId> ids;
  for (auto& each : page->entities) ids.push_back(std::move(each.entity.id));
  co_return ids;
}

Task<Result<void>> IdentityContexts::update(engine::Loaded<IdentityContext> changed, std::string actor) {
  engine::Command command{changed.context, changed.id, std::move(actor)};
  co_return co_await engine_.put<IdentityContextDocument>(std::move(command), std::move(changed.entity),
                                                          changed.version);
}

Task<Result<ContextId>> IdentityContexts::context_of(Did did) {
  auto claim = co_await engine_.load<DidClaimDocument>(store::installation_context(), entity_id(did));
  if (!claim && claim.error().code != ErrorCode::not_found) co_return fail(std::move(claim.error()));
  if (!claim) co_return fail(ErrorCode::not_found, "{} is no DID of this installation", did);
  co_return claim->entity.context;
}

Task<Result<protocol::did::DidDocument>> IdentityContexts::published_document(Did did) {
  auto context = co_await context_of(did);
  if (!context) co_return fail(std::move(context.error()));
  auto identity = co_await keys_.identity(std::move(*context));
  if (!identity || (*identity)->context.state != ContextState::activated) {
    co_return fail(ErrorCode::not_found, "{} is no DID of this installation", did);
  }
  const auto& found = **identity;
  protocol::did::DidDocument document{.id = found.context.did, .services = found.context.services};
  co_return domain::key_pair::with_keys(std::move(document), found.key_pairs, engine_.clock().now());
}

Task<Result<protocol::did::DidDocument>> IdentityContexts::document(ContextId context) {
  auto identity = co_await keys_.identity(std::move(context));
  if (!identity) co_return fail(std::move(identity.error()));
  const auto& found = **identity;
  protocol::did::DidDocument document{.id = found.context.did, .services = found.context.services};
  co_return domain::key_pair::with_keys(std::move(document), found.key_pairs, engine_.clock().now());
}

}  // namespace kontor::runtime::identity
