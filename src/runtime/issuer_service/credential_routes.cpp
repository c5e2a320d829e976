#include "protocol/api/issuer/credential_routes.hpp"

#include "domain/issuance/issued_credential/codec.hpp"
#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;

namespace {

constexpr std::uint32_t shown_max = 1000;

Task<Result<Reply<AnyJson>>> list_credentials(Engine& engine, Call call) {
  protocol::query::Query all;
  all.limit = shown_max;
  auto page = co_await engine.list<issued_credential::Machine>(call.context, std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  const auto holder = call.target.parameter("holderId");
  const auto type = call.target.parameter("type");
  json::Array list;
  for (const auto& each : page->entities) {
    const auto& issued = each.entity;
    if (holder && issued.holder.str() != *holder) continue;
    if (type && !protocol::vc::has_type(issued.credential, *type)) continue;
    list.push_back(json::ObjectWriter()
                       .field("id", issued.id)
                       .field("holderId", issued.holder)
                       .field("state", issued_credential::state_names.name(issued.state))
                       .field("credential", protocol::vc::write_resource(issued.credential))
                       .done());
  }
  co_return Reply<AnyJson>{{std::move(list)}};
}

Task<Result<Reply<Nothing>>> revoke(Issuer& issuer, Call call) {
  auto id = call.id<issuance::IssuedCredentialId>("credentialId");
  auto revoked = co_await issuer.revoke(std::move(call), std::move(id));
  if (!revoked) co_return fail(std::move(revoked.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_credential_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::list_credentials,
              [&engine](Call call, Nothing) { return list_credentials(engine, std::move(call)); });
  router.bind(api::revoke_credential,
              [&issuer](Call call, Nothing) { return revoke(issuer, std::move(call)); });
}

}  // namespace kontor::runtime::issuer_service
