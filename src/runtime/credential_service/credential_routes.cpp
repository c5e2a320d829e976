#include "protocol/api/identity/credential_routes.hpp"

#include "base/text/encoding.hpp"
#include "protocol/query/paging.hpp"
#include "runtime/credential_service/credentials.hpp"
#include "runtime/identity/identity_context.hpp"

namespace kontor::runtime::credential_service {

namespace identity_api = protocol::api::identity;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;
using LoadedCredential = platform::engine::Loaded<credential::StoredCredential>;
using Resources = std::vector<identity_api::CredentialResource>;

namespace {

constexpr std::uint32_t credentials_shown_max = 1000;

identity_api::CredentialRequestStatus shown(const credential_request::CredentialRequest& request) {
  identity_api::CredentialRequestStatus body{
      .issuer = request.issuer,
      .holder_pid = request.holder_pid,
      .issuer_pid = request.issuer_pid,
      .status = std::string(credential_request::state_codes.name(request.state)),
      .error_detail = {},
      .credentials = {}};
  if (!request.refused.empty()) body.error_detail = request.refused;
  if (request.failure) body.error_detail = request.failure->reason;
  for (const auto& each : request.credentials) {
    body.credentials.push_back(
        {each.id, each.type, std::string(protocol::vc::format_names.name(each.format))});
  }
  return body;
}

Task<Result<Reply<Nothing>>> request(Credentials& credentials, Call call,
                                     identity_api::CredentialRequest body) {
  // Some clients end the path of a collection with a slash.
  auto collection = call.target.raw_path;
  while (collection.ends_with('/')) collection.pop_back();
  auto made = co_await credentials.request(std::move(call), std::move(body));
  if (!made) co_return fail(std::move(made.error()));
  Reply<Nothing> reply;
  reply.headers.set("Location", collection + "/" + text::percent_encode(made->id.str(), ":@"));
  co_return reply;
}

Task<Result<Reply<identity_api::CredentialRequestStatus>>> get_request(Engine& engine, Call call) {
  using credential_request::State;
  const auto at_rest = [](const credential_request::CredentialRequest& each) {
    return each.state == State::issued || each.state == State::error;
  };
  const auto deadline = platform::async::Deadline::after(engine.clock(), call.wait.value_or(Duration{0}));
  // Without a wait the deadline has passed: the request is answered as it is.
  auto loaded = co_await engine.wait<credential_request::Machine>(call.context, call.entity("holderPid"),
                                                                  at_rest, deadline);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<identity_api::CredentialRequestStatus>{shown(loaded->entity)};
}

identity_api::CredentialResource shown(const LoadedCredential& loaded, Instant now) {
  const auto& held = loaded.entity;
  identity_api::CredentialResource resource{
      .id = held.id.str(),
      .participant_context_id = loaded.context,
      .state = credential::state_codes.code(credential::state_at(held, now)),
      .credential = held.credential,
      .raw = held.token,
      .holder = held.holder,
      .created_at = loaded.created_at,
      .changed_at = loaded.updated_at,
      .state_since = held.state_since,
      .issuance_policy = held.issuance_policy,
      .reissuance_policy = held.reissuance_policy,
      .metadata = held.metadata};
  if (held.object_id) resource.metadata["credentialObjectId"] = held.object_id->str();
  return resource;
}

/// Narrowed here and not by the store: what a date has changed may not be stored yet.
Task<Result<Reply<Resources>>> list(Engine& engine, Call call) {
  std::optional<credential::State> state;
  if (const auto name = call.target.parameter("state")) {
    auto named = json::state_named(*name, credential::state_codes, "/state");
    if (!named) co_return fail(std::move(named.error()));
    state = *named;
  }
  protocol::query::Query all;
  all.limit = credentials_shown_max;
  auto page = co_await engine.list<credential::Machine>(call.context, std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty()) {
    auto owner = co_await identity::load_context(engine, call.context);
    if (!owner) co_return fail(std::move(owner.error()));
  }
  const auto type = call.target.parameter("type");
  const auto now = engine.clock().now();
  Reply<Resources> reply;
  for (const auto& each : page->entities) {
    if (type && !protocol::vc::has_type(each.entity.credential, *type)) continue;
    if (state && credential::state_at(each.entity, now) != *state) continue;
    reply.body.push_back(shown(each, now));
  }
  co_return reply;
}

Task<Result<Reply<Resources>>> list_all(Engine& engine, Call call) {
  auto wanted = protocol::query::read_paging(call.target.parameter("offset"), call.target.parameter("limit"));
  if (!wanted) co_return fail(std::move(wanted.error()));
  auto page = co_await engine.list_across<credential::Machine>(
      platform::store::SystemScope("list credentials for an administrator"), std::move(*wanted));
  if (!page) co_return fail(std::move(page.error()));
  Reply<Resources> reply;
  for (const auto& each : page->entities) reply.body.push_back(shown(each, engine.clock().now()));
  co_return reply;
}

Task<Result<Reply<identity_api::CredentialResource>>> get(Engine& engine, Call call) {
  auto loaded = co_await engine.load<credential::Machine>(call.context, call.entity("credentialId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<identity_api::CredentialResource>{shown(*loaded, engine.clock().now())};
}

Task<Result<Reply<Nothing>>> put(Credentials& credentials, Call call, identity_api::CredentialManifest body,
                                 bool replaces) {
  auto done = co_await credentials.put(std::move(call), std::move(body), replaces);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> remove(Engine& engine, Call call) {
  platform::engine::Command command{call.context, call.entity("credentialId"), call.caller.subject,
                                    call.trace};
  auto done = co_await engine.apply<credential::Machine>(std::move(command), credential::Delete{});
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_credential_routes(platform::routing::Router& router, Engine& engine, Credentials& credentials) {
  router.bind(identity_api::request_credentials,
              [&credentials](Call call, identity_api::CredentialRequest body) {
                return request(credentials, std::move(call), std::move(body));
              });
  router.bind(identity_api::get_credential_request,
              [&engine](Call call, Nothing) { return get_request(engine, std::move(call)); });
  router.bind(identity_api::list_credentials,
              [&engine](Call call, Nothing) { return list(engine, std::move(call)); });
  router.bind(identity_api::list_all_credentials,
              [&engine](Call call, Nothing) { return list_all(engine, std::move(call)); });
  router.bind(identity_api::get_credential,
              [&engine](Call call, Nothing) { return get(engine, std::move(call)); });
  router.bind(identity_api::add_credential, [&credentials](Call call, identity_api::CredentialManifest body) {
    return put(credentials, std::move(call), std::move(body), false);
  });
  router.bind(identity_api::replace_credential,
              [&credentials](Call call, identity_api::CredentialManifest body) {
                return put(credentials, std::move(call), std::move(body), true);
              });
  router.bind(identity_api::delete_credential,
              [&engine](Call call, Nothing) { return remove(engine, std::move(call)); });
}

}  // namespace kontor::runtime::credential_service
