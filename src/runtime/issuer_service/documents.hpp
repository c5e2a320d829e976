#pragma once

#include "base/text/encoding.hpp"
#include "runtime/issuer_service/issuer.hpp"

/// What the administration does alike with each kind of the issuer's documents.
namespace kontor::runtime::issuer_service {

/// A command of whoever called.
inline platform::engine::Command command_of(const platform::routing::Call& call, EntityId id) {
  return {call.context, std::move(id), call.caller.subject, call.trace};
}

/// The path that was called, without the slash that some clients end it with.
inline std::string collection_of(const platform::routing::Call& call) {
  auto path = call.target.raw_path;
  while (path.ends_with('/')) path.pop_back();
  return path;
}

/// A document as the API shows it: as it was written down, with its id, its issuer and its times.
template <class Entity>
json::Value shown(const platform::engine::Loaded<Entity>& loaded) {
  auto body = write(loaded.entity);
  auto& members = body.get_object();
  members["id"] = loaded.id.str();
  members["participantContextId"] = loaded.context.str();
  members["createdAt"] = epoch_milliseconds(loaded.created_at);
  members["lastModifiedAt"] = epoch_milliseconds(loaded.updated_at);
  return body;
}

/// Or as a kind has it shown that keeps something back.
template <class D>
using Show = json::Value (*)(const platform::engine::Loaded<typename D::Entity>& loaded);

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
  reply.headers.set("Location", collection_of(call) + "/" + text::percent_encode(id.str(), ":@"));
  co_return reply;
}

/// Replaces the document whose id the body names. Errors: not_found.
template <class D>
Task<Result<platform::routing::Reply<protocol::api::Nothing>>> update(platform::engine::Engine& engine,
                                                                      Issuer& issuer,
                                                                      platform::routing::Call call,
                                                                      protocol::api::AnyJson body) {
  auto known = co_await issuer.check_known(call.context);
  if (!known) co_return fail(std::move(known.error()));
  auto document = json::decode_value<typename D::Entity>(body.value);
  if (!document) co_return fail(std::move(document.error()));
  auto before = co_await engine.load<D>(call.context, entity_id(document->id));
  if (!before) co_return fail(std::move(before.error()));
  auto put = co_await engine.put<D>(command_of(call, before->id), std::move(*document), before->version);
  if (!put) co_return fail(std::move(put.error()));
  co_return platform::routing::Reply<protocol::api::Nothing>{};
}

template <class D>
Task<Result<platform::routing::Reply<protocol::api::AnyJson>>> find(platform::engine::Engine& engine,
                                                                    platform::routing::Call call,
                                                                    protocol::query::Query query,
                                                                    Show<D> show = shown) {
  auto page = co_await engine.list<D>(call.context, std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  json::Array found;
  for (const auto& each : page->entities) found.push_back(show(each));
  co_return platform::routing::Reply<protocol::api::AnyJson>{{json::Value(std::move(found))}};
}

template <class D>
Task<Result<platform::routing::Reply<protocol::api::AnyJson>>> get(platform::engine::Engine& engine,
                                                                   platform::routing::Call call, EntityId id,
                                                                   Show<D> show = shown) {
  auto loaded = co_await engine.load<D>(call.context, std::move(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return platform::routing::Reply<protocol::api::AnyJson>{{show(*loaded)}};
}

template <class D>
Task<Result<platform::routing::Reply<protocol::api::Nothing>>> remove(platform::engine::Engine& engine,
                                                                      platform::routing::Call call,
                                                                      EntityId id) {
  auto loaded = co_await engine.load<D>(call.context, std::move(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto removed = co_await engine.remove<D>(command_of(call, loaded->id), loaded->version);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return platform::routing::Reply<protocol::api::Nothing>{};
}

}  // namespace kontor::runtime::issuer_service
