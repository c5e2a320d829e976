#pragma once

#include <functional>
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
Call of_the_installation(Call call);

/// A new document: its id, its moment and its stored form, or why its body makes none.
struct NewDocument {
  const entity::Kind& kind;
  std::string id;
  Instant created_at;
  Result<std::string> stored;
};
/// The stored form of a body that replaces a document of that moment.
using StoredForm = std::move_only_function<Result<std::string>(Instant created_at)>;

/// What the templates below do once the types are gone: compiled once, not for each kind.
Task<Result<Reply<management::IdResponse>>> put_new_document(Engine& engine, Call call, NewDocument document);
Task<Result<Reply<management::IdResponse>>> create_document(
    Engine& engine, participant_context::ParticipantContexts& contexts, Call call, NewDocument document);
Task<Result<Reply<Nothing>>> replace_document(Engine& engine, Call call, const entity::Kind& kind,
                                              EntityId id, StoredForm form);
Task<Result<Reply<Nothing>>> remove_document(Engine& engine, Call call, const entity::Kind& kind,
                                             EntityId id);

template <class R>
Result<std::string> stored_form(typename R::Body body, std::string id, Instant created_at) {
  auto entity = R::entity_of(std::move(body), std::move(id), created_at);
  if (!entity) return fail(std::move(entity.error()));
  return R::Document::encode(*entity);
}

template <class R>
NewDocument new_document(Engine& engine, typename R::Body body) {
  auto id = body.id && !body.id->empty() ? *body.id : new_uuid(engine.random());
  const auto now = engine.clock().now();
  auto stored = stored_form<R>(std::move(body), id, now);
  return {R::Document::kind(), std::move(id), now, std::move(stored)};
}

/// Creates it in the call's context, whoever owns that.
template <class R>
Task<Result<Reply<management::IdResponse>>> put_new(Engine& engine, Call call, typename R::Body body) {
  return put_new_document(engine, std::move(call), new_document<R>(engine, std::move(body)));
}

/// The same for what a participant owns. Errors: not_found where there is no such participant.
template <class R>
Task<Result<Reply<management::IdResponse>>> create(Engine& engine,
                                                   participant_context::ParticipantContexts& contexts,
                                                   Call call, typename R::Body body) {
  return create_document(engine, contexts, std::move(call), new_document<R>(engine, std::move(body)));
}

template <class R>
Task<Result<Reply<Nothing>>> replace(Engine& engine, Call call, typename R::Body body, EntityId id) {
  auto form = [body = std::move(body), id = id.str()](Instant created_at) mutable {
    return stored_form<R>(std::move(body), std::move(id), created_at);
  };
  return replace_document(engine, std::move(call), R::Document::kind(), std::move(id), std::move(form));
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
  return remove_document(engine, std::move(call), R::Document::kind(), std::move(id));
}

}  // namespace kontor::runtime::management_api
