#include "runtime/identity/identity_contexts.hpp"

#include <algorithm>

#include "base/crypto/secret_hash.hpp"
#include "protocol/did/did.hpp"
#include "runtime/identity/erasure.hpp"
#include "runtime/identity/secure_token_account.hpp"

namespace kontor::runtime::identity {

namespace engine = platform::engine;
namespace store = platform::store;
using identity_context::Machine;

namespace {

constexpr std::size_t attempt_bytes = 16;
/// A creation makes nothing more after that, and is given up later.
constexpr Duration creation_time = identity_context::creation_time_max / 2;
constexpr Duration discard_time_max = std::chrono::seconds(10);

Result<void> check(const NewIdentityContext& request, const OwnDids& own) {
  if (auto did = protocol::did::parse_did(request.context.did.str()); !did)
    return invalid("/did", "{}", did.error().detail);
  const auto& did = request.context.did;
  if (request.context.id == store::installation_context())
    return invalid("/participantContextId", "is reserved: choose another one");
  if (own.reserves(did)) return invalid("/did", "is reserved: choose another path");
  if (request.token_service && own.host(did))
    return invalid("/tokenService", "is for who brings a DID along: the document of {} stands here", did);
  if (request.keys.empty() && !request.token_service) return invalid("/key", "at least one key is needed");
  if (request.context.services.size() > identity_context::services_max)
    return invalid("/serviceEndpoints", "a DID document has at most {} services",
                   identity_context::services_max);
  if (request.context.scopes.size() > identity_context::scopes_max)
    return invalid("/scopes", "must have at most {} scopes", identity_context::scopes_max);
  return {};
}

}  // namespace

IdentityContexts::IdentityContexts(engine::Engine& engine, KeyRing& keys, platform::vault::Vault& vault,
                                   OwnDids own_dids)
    : engine_(engine), keys_(keys), own_dids_(std::move(own_dids)) {
  engine.add<Machine>([&engine, &vault](engine::Committed<identity_context::Effect> effect) {
    return carry_out(engine, vault, std::move(effect));
  });
}

Task<Result<IdentityContext>> IdentityContexts::create(NewIdentityContext request, std::string actor) {
  if (auto good = check(request, own_dids_); !good) co_return fail(std::move(good.error()));
  request.context.attempt = random_hex(engine_.random(), attempt_bytes);
  const auto context = request.context.id;
  const auto attempt = request.context.attempt;
  auto made = co_await apply(context, identity_context::Begin{request.context}, actor);
  if (made) made = co_await make(std::move(request), attempt, actor);
  if (made) {
    auto loaded = co_await load(context);
    if (!loaded) co_return fail(std::move(loaded.error()));
    co_return std::move(loaded->entity);
  }
  // Also where it has not begun, as far as we were told: the answer of a commit may be lost. What another
  // call made has another attempt. What cannot be removed now is removed later: the creation has a latest
  // end.
  auto discarded = co_await apply(context, identity_context::Discard{attempt}, std::move(actor));
  if (discarded) {
    const auto gone = [attempt](const IdentityContext& each) { return each.attempt != attempt; };
    const auto deadline = platform::async::Deadline::after(engine_.clock(), discard_time_max);
    [[maybe_unused]] auto waited =
        co_await engine_.wait<Machine>(context, entity_id(context), gone, deadline);
  }
  co_return fail(std::move(made.error()), "create the participant context '{}'", context);
}

Task<Result<void>> IdentityContexts::make(NewIdentityContext request, std::string attempt,
                                          std::string actor) {
  const auto end = engine_.clock().now() + creation_time;
  const auto& context = request.context;
  auto claimed = co_await take_did(context, actor);
  if (!claimed) co_return fail(std::move(claimed.error()));
  for (auto& descriptor : request.keys) {
    if (engine_.clock().now() >= end) co_return fail(ErrorCode::unavailable, "it took too long");
    auto key = co_await keys_.create(context, std::move(descriptor), {}, actor);
    if (!key) co_return fail(std::move(key.error()));
  }
  engine::Command command{context.id, entity_id(context.id), std::move(actor)};
  if (request.account_secret) {
    const auto hash = crypto::hash_secret(*request.account_secret, crypto::new_salt(engine_.random()),
                                          crypto::generated_secret_cost);
    command.also.push_back(
        engine::put_of<SecureTokenAccountDocument>(entity_id(context.did), {context.did, {hash, {}}}, 0));
  }
  if (request.token_service)
    command.also.push_back(
        engine::put_of<TokenServiceDocument>(entity_id(context.id), *request.token_service, 0));
  const bool hosted = own_dids_.host(context.did);
  identity_context::Complete complete{std::move(attempt), request.active && hosted};
  auto completed = co_await engine_.apply<Machine>(std::move(command), std::move(complete));
  if (!completed) co_return fail(std::move(completed.error()));
  co_return Result<void>{};
}

/// One of ours is the context's from now on; one that is brought along must only not be another's yet.
Task<Result<void>> IdentityContexts::take_did(IdentityContext context, std::string actor) {
  if (own_dids_.host(context.did)) co_return co_await claim(std::move(context), std::move(actor));
  auto there = co_await held(context.did);
  if (!there) co_return fail(std::move(there.error()));
  if (*there && (*there)->living && (*there)->context != context.id)
    co_return fail(ErrorCode::conflict, "the DID {} is taken", context.did);
  co_return Result<void>{};
}

/// The context is there before it claims its DID and is gone after it gave it up, so a claim without its
/// context is nobody's.
Task<Result<std::optional<IdentityContexts::Held>>> IdentityContexts::held(Did did) {
  auto there = co_await engine_.load<DidClaimDocument>(store::installation_context(), entity_id(did));
  if (!there && there.error().code == ErrorCode::not_found) co_return std::nullopt;
  if (!there) co_return fail(std::move(there.error()));
  const auto owner = there->entity.context;
  auto living = co_await engine_.load<Machine>(owner, entity_id(owner));
  if (!living && living.error().code != ErrorCode::not_found) co_return fail(std::move(living.error()));
  co_return Held{owner, there->version, living.has_value()};
}

Task<Result<void>> IdentityContexts::claim(IdentityContext context, std::string actor) {
  auto there = co_await held(context.did);
  if (!there) co_return fail(std::move(there.error()));
  if (*there && (*there)->context == context.id) co_return Result<void>{};
  if (*there && (*there)->living) co_return fail(ErrorCode::conflict, "the DID {} is taken", context.did);
  engine::Command command{store::installation_context(), entity_id(context.did), std::move(actor)};
  auto put = co_await engine_.put<DidClaimDocument>(std::move(command), DidClaim{context.id},
                                                    *there ? (*there)->version : 0);
  if (!put && (put.error().code == ErrorCode::conflict || put.error().code == ErrorCode::version_conflict))
    co_return fail(ErrorCode::conflict, "the DID {} is taken", context.did);
  co_return put;
}

Task<Result<void>> IdentityContexts::remove(ContextId context, std::string actor,
                                            platform::async::Deadline deadline) {
  auto begun = co_await apply(context, identity_context::Delete{}, std::move(actor));
  if (!begun) co_return fail(std::move(begun.error()));
  co_return co_await wait_until_gone(std::move(context), deadline);
}

Task<Result<void>> IdentityContexts::wait_until_gone(ContextId context, platform::async::Deadline deadline) {
  const auto gone = [](const IdentityContext& each) { return each.state == ContextState::deleted; };
  auto id = entity_id(context);
  auto reached = co_await engine_.wait<Machine>(std::move(context), std::move(id), gone, deadline);
  if (!reached && reached.error().code != ErrorCode::not_found) co_return fail(std::move(reached.error()));
  co_return Result<void>{};
}

Task<Result<engine::Loaded<IdentityContext>>> IdentityContexts::load(ContextId context) {
  return load_context(engine_, std::move(context));
}

Task<Result<engine::LoadedPage<IdentityContext>>> IdentityContexts::list(protocol::query::Query query) {
  auto page = co_await engine_.list_across<Machine>(
      store::SystemScope("list participant contexts for an administrator"), std::move(query));
  if (page) std::erase_if(page->entities, [](const auto& each) { return !visible(each.entity); });
  co_return page;
}

Task<Result<void>> IdentityContexts::apply(ContextId context, identity_context::Event event,
                                           std::string actor) {
  auto id = entity_id(context);
  auto applied = co_await engine_.apply<Machine>({std::move(context), std::move(id), std::move(actor)},
                                                 std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

Task<Result<void>> IdentityContexts::set_active(ContextId context, bool active, std::string actor) {
  if (active) {
    auto loaded = co_await load(context);
    if (!loaded) co_return fail(std::move(loaded.error()));
    const auto& did = loaded->entity.did;
    auto holder = co_await context_of(did);
    if (!holder && holder.error().code != ErrorCode::not_found) co_return fail(std::move(holder.error()));
    if (!holder || *holder != context)
      co_return fail(
          ErrorCode::illegal_transition,
          "'{}' has not proven that it controls {}: ask for a challenge at …/didcontrol/challenges", context,
          did);
  }
  co_return co_await apply(std::move(context), identity_context::SetActive{active}, std::move(actor));
}

Task<Result<void>> IdentityContexts::set_scopes(ContextId context, std::vector<std::string> scopes,
                                                std::string actor) {
  return apply(std::move(context), identity_context::SetScopes{std::move(scopes)}, std::move(actor));
}

Task<Result<void>> IdentityContexts::change_services(ContextId context, ServiceChange wanted,
                                                     std::string actor) {
  return apply(std::move(context), std::move(wanted), std::move(actor));
}

Task<Result<std::vector<ContextId>>> IdentityContexts::matching(ContextId context,
                                                                protocol::query::Query query) {
  auto page = co_await engine_.list<Machine>(std::move(context), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<ContextId> ids;
  for (auto& each : page->entities) {
    if (visible(each.entity)) ids.push_back(std::move(each.entity.id));
  }
  co_return ids;
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
  if (!identity || (*identity)->context.state != ContextState::activated || (*identity)->context.did != did ||
      (*identity)->token_service) {
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
