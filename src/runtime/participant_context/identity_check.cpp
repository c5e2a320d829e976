#include "runtime/participant_context/identity_check.hpp"

namespace kontor::runtime::participant_context {
namespace {

std::unexpected<Error> taken(const Did& identity) {
  return fail(ErrorCode::conflict, "there is a participant context with the identity '{}' already", identity);
}

}  // namespace

Task<Result<void>> check_identity(ParticipantContexts& contexts, identity::IdentityContexts& identities,
                                  ParticipantContext wanted) {
  auto owner = co_await identities.context_of(wanted.identity);
  if (!owner && owner.error().code != ErrorCode::not_found) co_return fail(std::move(owner.error()));
  if (owner && *owner != wanted.id) co_return taken(wanted.identity);
  if (owner || !identities.own_dids().host(wanted.identity)) co_return Result<void>{};
  protocol::query::Query same;
  same.where = protocol::query::where("identity", wanted.identity.str());
  same.limit = 1;
  auto others = co_await contexts.list(std::move(same));
  if (!others) co_return fail(std::move(others.error()));
  if (!others->entities.empty() && others->entities.front().entity.id != wanted.id)
    co_return taken(wanted.identity);
  co_return Result<void>{};
}

}  // namespace kontor::runtime::participant_context
