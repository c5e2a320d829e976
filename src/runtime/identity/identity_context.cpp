#include "runtime/identity/identity_context.hpp"

#include "base/json/codec.hpp"
#include "base/json/stored.hpp"
#include "domain/identity_context/decide.hpp"

namespace kontor::runtime::identity {

namespace engine = platform::engine;

Result<void> read(const json::Node& node, DidClaim& out) {
  json::ObjectReader in(node);
  in.required("context", out.context);
  return in.done();
}

json::Value write(const DidClaim& claim) {
  return json::ObjectWriter().field("context", claim.context).done();
}

std::int32_t code_of(ContextState state) {
  switch (state) {
    case ContextState::creating:
    case ContextState::created:
      return 100;
    case ContextState::activated:
      return 200;
    case ContextState::deactivated:
    case ContextState::deleting:
    case ContextState::deleted:
      return 300;
  }
  return 0;
}

Task<Result<engine::Loaded<IdentityContext>>> load_context(engine::Engine& engine, ContextId context) {
  auto id = entity_id(context);
  auto loaded = co_await engine.load<identity_context::Machine>(context, std::move(id));
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  if (!loaded || !identity_context::visible(loaded->entity))
    co_return fail(ErrorCode::not_found, "there is no participant context '{}'", context);
  co_return loaded;
}

const entity::Kind& DidClaimDocument::kind() {
  static constexpr entity::Field fields[] = {{"context", "context"}};
  static constexpr entity::Kind kind{.name = "did-claim", .fields = fields};
  return kind;
}

std::string DidClaimDocument::encode(const Entity& claim) {
  return json::encode(claim);
}

Result<DidClaim> DidClaimDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<DidClaim>(stored);
}

}  // namespace kontor::runtime::identity
