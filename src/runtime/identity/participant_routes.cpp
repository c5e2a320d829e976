#include "protocol/api/identity/participant_routes.hpp"

#include "protocol/query/paging.hpp"
#include "runtime/identity/assembly.hpp"
#include "runtime/identity/key_descriptor.hpp"
#include "runtime/identity/participant_rights.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

constexpr std::size_t account_secret_bytes = 32;  ///< before they are written in hexadecimal

api::ParticipantContext shown(const Loaded<IdentityContext>& loaded) {
  const auto& context = loaded.entity;
  return {context.id,         context.did,       code_of(context.state), context.scopes,
          context.properties, loaded.created_at, loaded.updated_at};
}

/// As the manifest orders it; everything that can be wrong with it is found before anything is made.
Result<NewIdentityContext> ordered(api::ParticipantManifest body, std::span<const std::string> properties,
                                   const platform::http::SecretClient& secret_client) {
  NewIdentityContext request;
  request.active = body.active;
  auto& context = request.context;
  context.id = std::move(body.participant_context_id);
  context.did = std::move(body.did);
  if (auto good = check_scopes(body.scopes, "/scopes"); !good) return fail(std::move(good.error()));
  auto of_roles = scopes_of_roles(body.roles, "/roles");
  if (!of_roles) return fail(std::move(of_roles.error()));
  context.scopes = !body.scopes.empty() ? std::move(body.scopes) : std::move(*of_roles);
  if (context.scopes.empty()) context.scopes = default_scopes();
  auto kept = kept_properties(body.properties, properties);
  if (!kept) return fail(std::move(kept.error()));
  context.properties = std::move(*kept);
  for (auto& each : body.services) {
    context.services.push_back({std::move(each.id), std::move(each.type), std::move(each.endpoint)});
  }
  for (const auto& each : body.keys) {
    auto descriptor = descriptor_of(each, context.did);
    if (!descriptor) return fail(std::move(descriptor.error()));
    descriptor->make_default = request.keys.empty();
    request.keys.push_back(std::move(*descriptor));
  }
  if (body.token_service) {
    auto& elsewhere = *body.token_service;
    if (auto good = secret_client.check(elsewhere.token_url); !good)
      return invalid("/tokenService/tokenUrl", "{}", good.error().message());
    request.token_service = {std::move(elsewhere.token_url), std::move(elsewhere.client_id),
                             std::move(elsewhere.client_secret_alias)};
  }
  return request;
}

Task<Result<Reply<api::CreatedParticipant>>> create(ParticipantRoutes to, Call call,
                                                    api::ParticipantManifest body) {
  Reply<api::CreatedParticipant> reply;
  reply.headers.set("Cache-Control", "no-store");
  const bool with_account = body.provision_sts_account && !body.token_service;
  auto request = ordered(std::move(body), to.properties, to.secret_client);
  if (!request) co_return fail(std::move(request.error()));
  if (with_account) {
    reply.body.client_id = request->context.did.str();
    reply.body.client_secret = random_hex(to.random, account_secret_bytes);
    request->account_secret.emplace(*reply.body.client_secret);
  }
  auto created = co_await to.contexts.create(std::move(*request), call.caller.subject);
  if (!created) co_return fail(std::move(created.error()));
  co_return reply;
}

Task<Result<Reply<std::vector<api::ParticipantContext>>>> list(IdentityContexts& contexts, Call call) {
  auto wanted = protocol::query::read_paging(call.target.parameter("offset"), call.target.parameter("limit"));
  if (!wanted) co_return fail(std::move(wanted.error()));
  auto page = co_await contexts.list(std::move(*wanted));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<api::ParticipantContext>> reply;
  for (const auto& each : page->entities) reply.body.push_back(shown(each));
  co_return reply;
}

Task<Result<Reply<api::ParticipantContext>>> get(IdentityContexts& contexts, Call call) {
  auto loaded = co_await contexts.load(call.context);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<api::ParticipantContext>{shown(*loaded)};
}

Task<Result<Reply<Nothing>>> set_state(IdentityContexts& contexts, Call call) {
  auto known = co_await contexts.load(call.context);
  if (!known) co_return fail(std::move(known.error()));
  const auto active = call.target.parameter("isActive");
  if (active != "true" && active != "false") co_return invalid("/isActive", "must be true or false");
  auto done = co_await contexts.set_active(call.context, active == "true", call.caller.subject);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> set_scopes(IdentityContexts& contexts, Call call,
                                        std::vector<std::string> scopes) {
  if (auto good = check_scopes(scopes, ""); !good) co_return fail(std::move(good.error()));
  auto done = co_await contexts.set_scopes(call.context, std::move(scopes), call.caller.subject);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> set_roles(IdentityContexts& contexts, Call call,
                                       std::vector<std::string> roles) {
  auto scopes = scopes_of_roles(roles, "");
  if (!scopes) co_return fail(std::move(scopes.error()));
  co_return co_await set_scopes(contexts, std::move(call), std::move(*scopes));
}

Task<Result<platform::http::Response>> export_all(ParticipantRoutes to, Call call) {
  auto loaded = co_await to.contexts.load(call.context);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return archive_response(to.archives.make({call.context, loaded->entity.did}));
}

Task<Result<Reply<Nothing>>> remove(IdentityContexts& contexts, Call call) {
  auto done = co_await contexts.remove(call.context, call.caller.subject, call.deadline);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_participant_routes(platform::routing::Router& router, ParticipantRoutes to) {
  auto& contexts = to.contexts;
  router.bind(api::create_participant, [to](Call call, api::ParticipantManifest body) {
    return create(to, std::move(call), std::move(body));
  });
  router.bind(api::list_participants,
              [&contexts](Call call, Nothing) { return list(contexts, std::move(call)); });
  router.bind(api::get_participant,
              [&contexts](Call call, Nothing) { return get(contexts, std::move(call)); });
  router.bind(api::set_participant_state,
              [&contexts](Call call, Nothing) { return set_state(contexts, std::move(call)); });
  router.bind(api::set_participant_scopes, [&contexts](Call call, std::vector<std::string> scopes) {
    return set_scopes(contexts, std::move(call), std::move(scopes));
  });
  router.bind(api::set_participant_roles, [&contexts](Call call, std::vector<std::string> roles) {
    return set_roles(contexts, std::move(call), std::move(roles));
  });
  router.bind_raw(api::export_participant,
                  [to](Call call, platform::http::Request) { return export_all(to, std::move(call)); });
  router.bind(api::delete_participant,
              [&contexts](Call call, Nothing) { return remove(contexts, std::move(call)); });
}

}  // namespace kontor::runtime::identity
