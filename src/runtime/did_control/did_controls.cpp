#include "runtime/did_control/did_controls.hpp"

#include "base/random/random.hpp"
#include "domain/identity_context/decide.hpp"

namespace kontor::runtime::did_control {

namespace control = domain::did_control;
namespace engine = platform::engine;
using control::Machine;
using identity::ContextState;

namespace {

constexpr std::size_t nonce_bytes = 32;  ///< before they are written in hexadecimal
constexpr int changes_max = 8;           ///< where others change the context meanwhile

/// A proof has no effects.
Task<Result<engine::Outcome<Machine>>> nothing_to_do() {
  co_return engine::Outcome<Machine>{};
}

std::unexpected<Error> nothing_to_prove(const Did& did) {
  return fail(ErrorCode::illegal_transition, "the control of {} needs no proof: it is hosted here or proven",
              did);
}

/// A document that cannot be had at this moment proves nothing either way.
std::unexpected<Error> unresolved(Error cause) {
  if (cause.row().retry == Retry::later) return fail(std::move(cause), "the document of the DID");
  return fail_as(ErrorCode::forbidden, std::move(cause), "the document of the DID");
}

}  // namespace

DidControls::DidControls(Services services) : services_(services) {
  services_.engine.add<Machine>([](engine::Committed<control::Effect>) { return nothing_to_do(); });
}

Task<Result<DidStanding>> DidControls::standing(ContextId context) {
  using State = DidStanding::State;
  auto owner = co_await services_.contexts.load(context);
  if (!owner) co_return fail(std::move(owner.error()));
  DidStanding standing{.did = owner->entity.did, .control = {}};
  auto known = co_await services_.engine.load<Machine>(context, entity_id(context));
  if (!known && known.error().code != ErrorCode::not_found) co_return fail(std::move(known.error()));
  if (known) standing.control = std::move(known->entity);
  auto holder = co_await services_.contexts.context_of(standing.did);
  if (!holder && holder.error().code != ErrorCode::not_found) co_return fail(std::move(holder.error()));
  if (services_.contexts.own_dids().host(standing.did)) {
    standing.state = State::hosted;
  } else if (holder && *holder != context) {
    standing.state = State::lost;
  } else {
    standing.state = holder && owner->entity.state != ContextState::created ? State::proven : State::unproven;
  }
  co_return standing;
}

/// A proof activates the context, so that whoever waits for one is woken by its commit.
Task<Result<DidStanding>> DidControls::moved_on(ContextId context, platform::async::Deadline deadline) {
  auto before = co_await services_.contexts.load(context);
  if (!before) co_return fail(std::move(before.error()));
  auto known = co_await standing(context);
  if (!known || known->state != DidStanding::State::unproven) co_return known;
  const auto moved = [state = before->entity.state](const identity::IdentityContext& each) {
    return each.state != state;
  };
  auto waited = co_await services_.engine.wait<identity::identity_context::Machine>(
      context, entity_id(context), moved, deadline);
  if (!waited) co_return fail(std::move(waited.error()));
  co_return co_await standing(std::move(context));
}

/// The context, where there is something to prove.
Task<Result<DidControls::Owner>> DidControls::provable(ContextId context) {
  auto known = co_await standing(context);
  if (!known) co_return fail(std::move(known.error()));
  switch (known->state) {
    case DidStanding::State::hosted:
    case DidStanding::State::proven:
      co_return nothing_to_prove(known->did);
    case DidStanding::State::lost:
      co_return fail(ErrorCode::conflict, "another participant has proven that it controls {}", known->did);
    case DidStanding::State::unproven:
      break;
  }
  co_return co_await services_.contexts.load(std::move(context));
}

Task<Result<DidChallenge>> DidControls::ask(ContextId context, std::string actor) {
  auto owner = co_await provable(context);
  if (!owner) co_return fail(std::move(owner.error()));
  const auto nonce = random_hex(services_.engine.random(), nonce_bytes);
  auto asked = co_await services_.engine.apply<Machine>({context, entity_id(context), std::move(actor)},
                                                        control::Ask{owner->entity.did, nonce});
  if (!asked) co_return fail(std::move(asked.error()));
  const auto* given = control::open_challenge(asked->entity, nonce, services_.engine.clock().now());
  if (!given) co_return fail(ErrorCode::unavailable, "the challenge expired before it was told");
  co_return DidChallenge{owner->entity.did, *given, services_.contexts.own_dids().audience(context)};
}

Task<Result<void>> DidControls::prove(ContextId context, std::string answer, std::string actor,
                                      platform::async::Deadline deadline) {
  auto owner = co_await provable(context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto allowed = co_await apply(context, control::Try{}, actor);
  if (!allowed && allowed.error().code == ErrorCode::not_found)
    co_return fail(ErrorCode::forbidden, "no challenge was asked for");
  if (!allowed) co_return fail(std::move(allowed.error()));
  auto proof = co_await look_at(owner->entity, std::move(answer), deadline);
  Result<void> settled;
  if (proof) {
    settled = co_await settle(context, std::move(*proof), actor);
  } else {
    settled = fail(std::move(proof.error()));
  }
  if (settled) co_return settled;
  auto noted = co_await apply(std::move(context), control::Refuse{settled.error().message()}, actor);
  if (!noted) co_return fail(std::move(noted.error()));
  co_return settled;
}

Task<Result<control::Prove>> DidControls::look_at(identity::IdentityContext owner, std::string answer,
                                                  platform::async::Deadline deadline) {
  const auto context = owner.id;
  const auto did = owner.did;
  auto read = control::read_answer(answer, did);
  if (!read) co_return fail(std::move(read.error()));
  auto known = co_await services_.engine.load<Machine>(context, entity_id(context));
  if (!known) co_return fail(std::move(known.error()));
  if (!control::open_challenge(known->entity, read->nonce, services_.engine.clock().now()))
    co_return fail(ErrorCode::forbidden, "no such challenge is open: it was answered, or has expired");
  auto document = co_await services_.resolver.resolve(did, platform::did::Freshness::refreshed, deadline);
  if (!document) co_return unresolved(std::move(document.error()));
  auto key = control::verify(*read, **document,
                             {.now = services_.engine.clock().now(),
                              .did = did,
                              .audience = services_.contexts.own_dids().audience(context),
                              .relationships = services_.relationships});
  if (!key) co_return fail(std::move(key.error()));
  co_return control::Prove{std::move(read->nonce), std::move(*key)};
}

/// The claim decides who has the DID; what follows in the context may be repeated.
Task<Result<void>> DidControls::settle(ContextId context, control::Prove proof, std::string actor) {
  Result<void> settled;
  for (int i = 0; i < changes_max; ++i) {
    auto owner = co_await provable(context);
    if (!owner) co_return fail(std::move(owner.error()));
    auto claimed = co_await services_.contexts.claim(owner->entity, actor);
    if (!claimed) co_return fail(std::move(claimed.error()));
    std::vector<platform::store::Put> also;
    if (owner->entity.state == ContextState::created) {
      auto activated = identity::identity_context::decide(
          &owner->entity, identity::identity_context::SetActive{true}, services_.engine.clock().now());
      if (!activated) co_return fail(std::move(activated.error()));
      also.push_back(engine::put_of<identity::identity_context::Machine>(entity_id(context), activated->next,
                                                                         owner->version));
    }
    settled = co_await apply(context, proof, actor, std::move(also));
    if (settled || settled.error().code != ErrorCode::version_conflict) break;
  }
  co_return settled;
}

Task<Result<void>> DidControls::apply(ContextId context, control::Event event, std::string actor,
                                      std::vector<platform::store::Put> also) {
  engine::Command command{context, entity_id(context), std::move(actor)};
  command.also = std::move(also);
  auto applied = co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

}  // namespace kontor::runtime::did_control
