#include "protocol/api/identity/credential_routes.hpp"

#include "runtime/credential_service/credentials.hpp"

namespace kontor::runtime::credential_service {

namespace identity_api = protocol::api::identity;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

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
  if (request.failure) body.error_detail = request.failure->reason;
  for (const auto& each : request.credentials) {
    body.credentials.push_back(
        {each.id, each.type, std::string(protocol::vc::format_names.name(each.format))});
  }
  return body;
}

Task<Result<Reply<Nothing>>> request(Credentials& credentials, Call call,
                                     identity_api::CredentialRequest body) {
  const auto collection = call.target.raw_path;
  auto made = co_await credentials.request(std::move(call), std::move(body));
  if (!made) co_return fail(std::move(made.error()));
  Reply<Nothing> reply;
  reply.headers.set("Location", collection + "/" + made->id.str());
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

Task<Result<Reply<std::vector<identity_api::CredentialResource>>>> list(Engine& engine, Call call) {
  protocol::query::Query all;
  all.limit = credentials_shown_max;
  auto page = co_await engine.list<credential::Machine>(call.context, std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  const auto type = call.target.parameter("type");
  Reply<std::vector<identity_api::CredentialResource>> reply;
  for (const auto& each : page->entities) {
    const auto& held = each.entity;
    if (type && !protocol::vc::has_type(held.credential, *type)) continue;
    reply.body.push_back({held.id.str(), call.context,
                          credential::state_codes.code(credential::state_at(held, engine.clock().now())),
                          held.credential, held.token});
  }
  co_return reply;
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
}

}  // namespace kontor::runtime::credential_service
