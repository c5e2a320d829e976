#include "protocol/api/identity/participant_routes.hpp"

#include "runtime/identity/assembly.hpp"
#include "runtime/identity/key_descriptor.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

constexpr std::uint32_t shown_max = 1000;
constexpr std::size_t account_secret_bytes = 32;  ///< before they are written in hexadecimal

api::ParticipantContext shown(const Loaded<IdentityContext>& loaded) {
  const auto& context = loaded.entity;
  return {context.id,         context.did,       code_of(context.state), context.scopes,
          context.properties, loaded.created_at, loaded.updated_at};
}

Task<Result<Reply<api::CreatedParticipant>>> create(IdentityContexts& contexts, Random& random, Call call,
                                                    api::ParticipantManifest body) {
  Reply<api::CreatedParticipant> reply;
  reply.headers.set("Cache-Control", "no-store");
  NewIdentityContext request;
  request.active = body.active;
  request.context.id = std::move(body.participant_context_id);
  request.context.did = std::move(body.did);
  request.context.scopes = std::move(body.scopes);
  request.context.properties = std::move(body.properties);
  for (auto& each : body.services) {
    request.context.services.push_back({std::move(each.id), std::move(each.type), std::move(each.endpoint)});
  }
  for (const auto& each : body.keys) {
    auto descriptor = descriptor_of(each, request.context.did);
    if (!descriptor) co_return fail(std::move(descriptor.error()));
    descriptor->make_default = request.keys.empty();
    request.keys.push_back(std::move(*descriptor));
  }
  if (body.provision_sts_account) {
    reply.body.client_id = request.context.did.str();
    reply.body.client_secret = random_hex(random, account_secret_bytes);
    request.account_secret.emplace(*reply.body.client_secret);
  }
  auto created = co_await contexts.create(std::move(request), call.caller.subject);
  if (!created) co_return fail(std::move(created.error()));
  co_return reply;
}

Task<Result<Reply<std::vector<api::ParticipantContext>>>> list(IdentityContexts& contexts) {
  protocol::query::Query all;
  all.limit = shown_max;
  auto page = co_await contexts.list(std::move(all));
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

}  // namespace

void bind_participant_routes(platform::routing::Router& router, IdentityContexts& contexts, Random& random) {
  router.bind(api::create_participant, [&contexts, &random](Call call, api::ParticipantManifest body) {
    return create(contexts, random, std::move(call), std::move(body));
  });
  router.bind(api::list_participants, [&contexts](Call, Nothing) { return list(contexts); });
  router.bind(api::get_participant,
              [&contexts](Call call, Nothing) { return get(contexts, std::move(call)); });
  router.bind(api::set_participant_state,
              [&contexts](Call call, Nothing) { return set_state(contexts, std::move(call)); });
}

}  // namespace kontor::runtime::identity
