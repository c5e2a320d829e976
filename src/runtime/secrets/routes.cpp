#include "runtime/secrets/routes.hpp"

#include "platform/routing/replies.hpp"
#include "protocol/api/management/secrets_routes.hpp"
#include "runtime/management_api/resource.hpp"

namespace kontor::runtime::secrets {

namespace api = management_api;
namespace management = protocol::api::management;
using platform::engine::Command;
using platform::engine::Engine;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::done;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

/// What is shown: that it is there. Writing goes through `Secrets`.
struct SecretResource {
  using Document = SecretDocument;
  using Body = management::KeptSecret;
  static Body shown(const Loaded<SecretEntry>& loaded) {
    return {.id = loaded.entity.id, .created_at = loaded.created_at};
  }
};

Command command_of(const Call& call, EntityId id) {
  return {call.context, std::move(id), call.caller.subject, call.trace};
}

Task<Result<Reply<management::IdResponse>>> create(Secrets& secrets, Call call, management::Secret body) {
  auto created = co_await secrets.create(command_of(call, {}), std::move(body));
  if (!created) co_return fail(std::move(created.error()));
  co_return Reply<management::IdResponse>{std::move(*created)};
}

}  // namespace

void bind_routes(platform::routing::Router& router, Engine& engine, Secrets& secrets) {
  router.bind(management::create_secret, [&secrets](Call call, management::Secret body) {
    return create(secrets, std::move(call), std::move(body));
  });
  router.bind(management::update_secret, [&secrets](Call call, management::Secret body) {
    return done(
        secrets.replace(command_of(call, call.entity("secretId")), crypto::Secret(std::move(body.value))));
  });
  router.bind(management::query_secrets, [&engine](Call call, management::QueryRequest body) {
    return api::query<SecretResource>(engine, std::move(call), std::move(body));
  });
  router.bind(management::get_secret, [&engine](Call call, Nothing) {
    auto id = call.entity("secretId");
    return api::get<SecretResource>(engine, std::move(call), std::move(id));
  });
  router.bind(management::delete_secret, [&secrets](Call call, Nothing) {
    return done(secrets.remove(command_of(call, call.entity("secretId"))));
  });
}

}  // namespace kontor::runtime::secrets
