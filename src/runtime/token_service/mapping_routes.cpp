#include "protocol/api/token/mapping_routes.hpp"

#include "base/text/text.hpp"
#include "runtime/token_service/assembly.hpp"

namespace kontor::runtime::token_service {

namespace api = protocol::api::token;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

constexpr std::size_t scopes_bytes_max = 1024 * 1024;

Task<Result<Reply<Nothing>>> done(Task<Result<void>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<Nothing>{};
}

template <class T>
Task<Result<Reply<T>>> reply(Task<Result<T>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<T>{std::move(*result)};
}

Mappings::Key key_of(const Call& call) {
  return {call.id<EntityId>("clientIdentifier").str(), call.id<EntityId>("participantContext").str()};
}

Task<Result<Reply<Nothing>>> replace(Mappings& mappings, Call call, ResourceMapping body) {
  const auto key = key_of(call);
  auto known = co_await mappings.find(key);
  if (!known) co_return fail(std::move(known.error()));
  if (body.client_identifier != key.client)
    co_return invalid("/clientIdentifier", "must be the one in the path");
  if (body.participant_context != key.context)
    co_return invalid("/participantContext", "must be the one in the path");
  co_return co_await done(mappings.replace(std::move(body), std::move(call.caller)));
}

Task<Result<Reply<Nothing>>> replace_scope(Mappings& mappings, Call call, ScopeMapping body) {
  auto known = co_await mappings.find_scope(call.id<EntityId>("scope").str());
  if (!known) co_return fail(std::move(known.error()));
  if (body.scope != known->scope) co_return invalid("/scope", "must be the one in the path");
  co_return co_await done(mappings.replace_scope(std::move(body), std::move(call.caller)));
}

Result<std::vector<ScopeMapping>> scopes_in(std::string_view text) {
  auto body = json::parse(text, {.bytes_max = scopes_bytes_max});
  if (!body) return fail(std::move(body.error()));
  std::vector<ScopeMapping> scopes;
  const json::Node node(*body);
  auto done = body->is_array() ? json::read(node, scopes) : read(node, scopes.emplace_back());
  if (!done) return fail(std::move(done.error()));
  return scopes;
}

bool is_json(const platform::http::Headers& headers) {
  const auto type = headers.get("Content-Type").value_or("application/json");
  return text::equal_ignoring_case(text::trim(type.substr(0, type.find(';'))), "application/json");
}

/// One or a list of them: the only list that is a body here, so it is read here.
Task<Result<platform::http::Response>> put_scopes(Mappings& mappings, Call call,
                                                  platform::http::Request request) {
  const bool readable = is_json(request.headers);
  auto text = co_await std::move(request.body).collect(scopes_bytes_max);
  if (!text) co_return fail(std::move(text.error()));
  if (!readable) co_return fail(ErrorCode::unsupported_media_type, "send Content-Type: application/json");
  auto scopes = scopes_in(*text);
  if (!scopes) co_return fail(std::move(scopes.error()));
  auto put = co_await mappings.put_scopes(std::move(*scopes), std::move(call.caller));
  if (!put) co_return fail(std::move(put.error()));
  co_return platform::http::Response{201, {}, {}};
}

}  // namespace

void bind_mapping_routes(platform::routing::Router& router, Mappings& mappings) {
  router.bind(api::list_resource_mappings, [&mappings](Call, Nothing) { return reply(mappings.list()); });
  router.bind(api::create_resource_mapping, [&mappings](Call call, ResourceMapping body) {
    return done(mappings.create(std::move(body), std::move(call.caller)));
  });
  router.bind(api::replace_resource_mapping, [&mappings](Call call, ResourceMapping body) {
    return replace(mappings, std::move(call), std::move(body));
  });
  router.bind(api::delete_client_mappings, [&mappings](Call call, Nothing) {
    return done(mappings.remove_all_of(key_of(call).client, std::move(call.caller)));
  });
  router.bind(api::delete_resource_mapping, [&mappings](Call call, Nothing) {
    return done(mappings.remove(key_of(call), std::move(call.caller)));
  });
  router.bind(api::list_scope_mappings, [&mappings](Call, Nothing) { return reply(mappings.list_scopes()); });
  router.bind_raw(api::put_scope_mappings.info, [&mappings](Call call, platform::http::Request request) {
    return put_scopes(mappings, std::move(call), std::move(request));
  });
  router.bind(api::replace_scope_mapping, [&mappings](Call call, ScopeMapping body) {
    return replace_scope(mappings, std::move(call), std::move(body));
  });
  router.bind(api::delete_scope_mapping, [&mappings](Call call, Nothing) {
    return done(mappings.remove_scope(call.id<EntityId>("scope").str(), std::move(call.caller)));
  });
}

}  // namespace kontor::runtime::token_service
