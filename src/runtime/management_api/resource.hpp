#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/engine/engine.hpp"
#include "platform/routing/router.hpp"
#include "protocol/api/management/publishing.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

/// What the Management API does alike with every kind of document that a participant owns. A resource is
///
///     struct AssetResource {
///       using Document = domain::offer::AssetDocument;
///       using Body = management::Asset;
///       /// The entity of a body; `id` is the body's or a new one.
///       static Result<Document::Entity> entity_of(Body body, std::string id, Instant created_at);
///       static Body shown(const Loaded<Document::Entity>&);
///     };
namespace kontor::runtime::management_api {

namespace management = protocol::api::management;
using platform::engine::Command;
using platform::engine::Engine;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

/// A call about what belongs to the installation and to no participant.
inline Call of_the_installation(Call call) {
  call.context = platform::store::installation_context();
  return call;
}

/// Creates it in the call's context, whoever owns that.
template <class R>
Task<Result<Reply<management::IdResponse>>> put_new(Engine& engine, Call call, typename R::Body body) {
  auto id = body.id && !body.id->empty() ? *body.id : new_uuid(engine.random());
  const auto now = engine.clock().now();
  auto entity = R::entity_of(std::move(body), id, now);
  if (!entity) co_return fail(std::move(entity.error()));
  Command command{call.context, EntityId(id), call.caller.subject, call.trace};
  auto put = co_await engine.put<typename R::Document>(std::move(command), std::move(*entity), 0);
  if (!put) co_return fail(std::move(put.error()));
  co_return Reply<management::IdResponse>{{id, now}};
}

/// The same for what a participant owns. Errors: not_found where there is no such participant.
template <class R>
Task<Result<Reply<management::IdResponse>>> create(Engine& engine,
                                                   participant_context::ParticipantContexts& contexts,
                                                   Call call, typename R::Body body) {
  auto owner = co_await contexts.load(call.context);
  if (!owner) co_return fail(std::move(owner.error()));
  co_return co_await put_new<R>(engine, std::move(call), std::move(body));
}

template <class R>
Task<Result<Reply<Nothing>>> replace(Engine& engine, Call call, typename R::Body body, EntityId id) {
  if (id.empty()) co_return invalid("/@id", "is required");
  auto loaded = co_await engine.load<typename R::Document>(call.context, id);
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto entity = R::entity_of(std::move(body), id.str(), loaded->created_at);
  if (!entity) co_return fail(std::move(entity.error()));
  Command command{call.context, id, call.caller.subject, call.trace};
  auto put =
      co_await engine.put<typename R::Document>(std::move(command), std::move(*entity), loaded->version);
  if (!put) co_return fail(std::move(put.error()));
  co_return Reply<Nothing>{};
}

template <class R>
Task<Result<Reply<std::vector<typename R::Body>>>> query(Engine& engine, Call call,
                                                         management::QueryRequest body) {
  auto page = co_await engine.list<typename R::Document>(call.context, std::move(body.query));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<typename R::Body>> reply;
  for (const auto& each : page->entities) reply.body.push_back(R::shown(each));
  co_return reply;
}

template <class R>
Task<Result<Reply<typename R::Body>>> get(Engine& engine, Call call, EntityId id) {
  auto loaded = co_await engine.load<typename R::Document>(call.context, std::move(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<typename R::Body>{R::shown(*loaded)};
}

template <class R>
Task<Result<Reply<Nothing>>> remove(Engine& engine, Call call, EntityId id) {
  auto loaded = co_await engine.load<typename R::Document>(call.context, id);
  if (!loaded) co_return fail(std::move(loaded.error()));
  Command command{call.context, std::move(id), call.caller.subject, call.trace};
  auto removed = co_await engine.remove<typename R::Document>(std::move(command), loaded->version);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return Reply<Nothing>{};
}

}  // namespace kontor::runtime::management_api
