#include "protocol/api/dcp_binding/routes.hpp"

#include <algorithm>

#include "protocol/api/identity/routes.hpp"
#include "protocol/did/did.hpp"
#include "protocol/did/web.hpp"
#include "runtime/identity/assembly.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
namespace key_pair = domain::key_pair;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

constexpr std::uint32_t shown_max = 1000;

Result<std::vector<key_pair::Usage>> usages_of(const std::vector<std::string>& names) {
  std::vector<key_pair::Usage> usages;
  for (const auto& name : names) {
    const auto usage = key_pair::usage_names.value(name);
    if (!usage) return invalid("/key/usage", "there is no usage '{}'", name);
    usages.push_back(*usage);
  }
  return usages;
}

Result<KeyDescriptor> descriptor_of(const api::KeyDescriptor& body, const Did& owner) {
  auto usages = usages_of(body.usages);
  if (!usages) return fail(std::move(usages.error()));
  const auto type = body.algorithm == "EC" ? crypto::KeyType::p256 : crypto::KeyType::ed25519;
  return KeyDescriptor{.key_id = protocol::did::absolute_id(owner, body.key_id),
                       .alias = platform::vault::KeyAlias(body.private_key_alias),
                       .type = type,
                       .usages = std::move(*usages),
                       .active = body.active};
}

api::ParticipantContext shown(const Loaded<IdentityContext>& loaded) {
  const auto& context = loaded.entity;
  return {context.id,         context.did,       code_of(context.state), context.scopes,
          context.properties, loaded.created_at, loaded.updated_at};
}

Task<Result<Reply<api::CreatedParticipant>>> create(IdentityContexts& contexts, Call call,
                                                    api::ParticipantManifest body) {
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
    request.keys.push_back(std::move(*descriptor));
  }
  auto created = co_await contexts.create(std::move(request), call.caller.subject);
  if (!created) co_return fail(std::move(created.error()));
  co_return Reply<api::CreatedParticipant>{};
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

Task<Result<Reply<std::vector<api::KeyPairResource>>>> list_keys(KeyRing& keys, Call call) {
  auto identity = co_await keys.identity(call.context);
  if (!identity) co_return fail(std::move(identity.error()));
  Reply<std::vector<api::KeyPairResource>> reply;
  for (const auto& pair : (*identity)->key_pairs) {
    api::KeyPairResource resource{.id = pair.id.str(), .key_id = pair.key_id, .is_default = pair.is_default};
    resource.state = key_pair::state_codes.code(pair.state);
    for (const auto& [usage, name] : key_pair::usage_names.rows) {
      if (std::ranges::find(pair.usages, usage) != pair.usages.end()) resource.usages.emplace_back(name);
    }
    resource.public_key = protocol::jose::write(pair.public_key);
    reply.body.push_back(std::move(resource));
  }
  co_return reply;
}

Task<Result<platform::http::Response>> did_document(IdentityContexts& contexts, Call call) {
  const auto nothing_here = [path = call.target.raw_path] {
    return fail(ErrorCode::not_found, "there is no {}", path);
  };
  auto did = protocol::did::did_at({call.headers.get("Host").value_or(""), call.target.raw_path});
  if (!did) co_return nothing_here();
  auto document = co_await contexts.published_document(std::move(*did));
  if (!document && document.error().code != ErrorCode::not_found) co_return fail(std::move(document.error()));
  if (!document) co_return nothing_here();
  platform::http::Response response;
  response.headers.set("Content-Type", "application/did+json");
  response.body.text = json::serialize(protocol::did::write(*document));
  co_return response;
}

Task<Result<Reply<Nothing>>> clear(Caches caches) {
  caches.resolver.forget();
  caches.status_lists.forget();
  caches.presentations.forget();
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_cache_routes(platform::routing::Router& router, Caches caches) {
  router.bind(api::clear_caches, [caches](Call, Nothing) { return clear(caches); });
}

void bind_routes(platform::routing::Router& router, IdentityContexts& contexts, KeyRing& keys) {
  router.bind(api::create_participant, [&contexts](Call call, api::ParticipantManifest body) {
    return create(contexts, std::move(call), std::move(body));
  });
  router.bind(api::list_participants, [&contexts](Call, Nothing) { return list(contexts); });
  router.bind(api::get_participant,
              [&contexts](Call call, Nothing) { return get(contexts, std::move(call)); });
  router.bind(api::set_participant_state,
              [&contexts](Call call, Nothing) { return set_state(contexts, std::move(call)); });
  router.bind(api::list_key_pairs, [&keys](Call call, Nothing) { return list_keys(keys, std::move(call)); });
  router.bind_raw(protocol::api::dcp_binding::did_document, [&contexts](Call call, platform::http::Request) {
    return did_document(contexts, std::move(call));
  });
}

}  // namespace kontor::runtime::identity
