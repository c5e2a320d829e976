#pragma once

#include "runtime/issuer_service/issuer.hpp"

/// What the administration does alike with each kind of the issuer's documents.
namespace kontor::runtime::issuer_service {

/// A command of whoever called.
inline platform::engine::Command command_of(const platform::routing::Call& call, EntityId id) {
  return {call.context, std::move(id), call.caller.subject, call.trace};
}

/// Stores a document under its own id; the answer's Location is where it stands.
template <class D>
Task<Result<platform::routing::Reply<protocol::api::Nothing>>> create(platform::engine::Engine& engine,
                                                                      Issuer& issuer,
                                                                      platform::routing::Call call,
                                                                      protocol::api::AnyJson body) {
  auto known = co_await issuer.check_known(call.context);
  if (!known) co_return fail(std::move(known.error()));
  auto document = json::decode_value<typename D::Entity>(body.value);
  if (!document) co_return fail(std::move(document.error()));
  auto id = entity_id(document->id);
  auto put = co_await engine.put<D>(command_of(call, id), std::move(*document), 0);
  if (!put) co_return fail(std::move(put.error()));
  platform::routing::Reply<protocol::api::Nothing> reply;
  reply.headers.set("Location", call.target.raw_path + "/" + id.str());
  co_return reply;
}

}  // namespace kontor::runtime::issuer_service
