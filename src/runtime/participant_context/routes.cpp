#include "runtime/participant_context/routes.hpp"

#include "platform/routing/replies.hpp"
#include "protocol/api/management/export_route.hpp"
#include "protocol/api/management/publishing.hpp"
#include "protocol/api/management/routes.hpp"
#include "protocol/query/paging.hpp"
#include "runtime/participant_context/identity_check.hpp"

namespace kontor::runtime::participant_context {

namespace management = protocol::api::management;
using platform::routing::Call;
using platform::routing::done;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

management::ParticipantContext shown(const platform::engine::Loaded<ParticipantContext>& loaded) {
  return {.id = loaded.entity.id.str(),
          .identity = loaded.entity.identity,
          .state = loaded.entity.state,
          .properties = loaded.entity.properties,
          .created_at = loaded.created_at};
}

Task<Result<Reply<management::IdResponse>>> create(ParticipantContexts& contexts,
                                                   identity::IdentityContexts& identities, Call call,
                                                   management::ParticipantContext body) {
  if (!body.id || body.id->empty()) body.id = contexts.new_id();
  if (ContextId(*body.id) == platform::store::installation_context())
    co_return invalid("/@id", "is reserved: choose another one");
  ParticipantContext context{ContextId(*body.id), body.identity, "ACTIVATED", std::move(body.properties)};
  auto free = co_await check_identity(contexts, identities, context);
  if (!free) co_return fail(std::move(free.error()));
  auto created = co_await contexts.create(std::move(context), call.caller.subject);
  if (!created) co_return fail(std::move(created.error()));
  co_return Reply<management::IdResponse>{{created->id.str(), created->created_at}};
}

Task<Result<Reply<std::vector<management::ParticipantContext>>>> list(ParticipantContexts& contexts,
                                                                      Call call) {
  auto page_query =
      protocol::query::read_paging(call.target.parameter("offset"), call.target.parameter("limit"));
  if (!page_query) co_return fail(std::move(page_query.error()));
  auto page = co_await contexts.list(std::move(*page_query));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<management::ParticipantContext>> reply;
  for (const auto& each : page->entities) reply.body.push_back(shown(each));
  co_return reply;
}

Task<Result<Reply<management::ParticipantContext>>> get(ParticipantContexts& contexts, Call call) {
  auto context = co_await contexts.load(call.context);
  if (!context) co_return fail(std::move(context.error()));
  co_return Reply<management::ParticipantContext>{shown({.entity = std::move(*context)})};
}

/// The path says which context it is; an id in the body must be the same.
Task<Result<void>> update(ParticipantContexts& contexts, Call call, management::ParticipantContext body) {
  if (body.id && *body.id != call.context.str())
    co_return invalid("/@id", "must be '{}', as in the path", call.context);
  ParticipantContext next{call.context, std::move(body.identity), {}, std::move(body.properties)};
  co_return co_await contexts.update(call.context, std::move(next), call.caller.subject);
}

Task<Result<Reply<std::vector<ParticipantContexts::DataPlane>>>> list_data_planes(
    ParticipantContexts& contexts, Call call) {
  auto owner = co_await contexts.load(call.context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto planes = co_await contexts.data_planes(call.context);
  if (!planes) co_return fail(std::move(planes.error()));
  co_return Reply<std::vector<ParticipantContexts::DataPlane>>{std::move(*planes)};
}

Task<Result<Reply<management::ParticipantContextConfig>>> get_config(ParticipantContexts& contexts,
                                                                     Call call) {
  auto config = co_await contexts.config(call.context);
  if (!config) co_return fail(std::move(config.error()));
  Reply<management::ParticipantContextConfig> reply;
  for (auto& [key, value] : config->entries) reply.body.entries.emplace(key, std::move(value));
  co_return reply;
}

Task<Result<platform::http::Response>> export_all(ParticipantContexts& contexts, identity::Archives& archives,
                                                  Call call) {
  auto context = co_await contexts.load(call.context);
  if (!context) co_return fail(std::move(context.error()));
  identity::Archives::Order order{call.context, Did(context->identity), identity::ArchivePart::connector};
  co_return identity::archive_response(archives.make(std::move(order)));
}

}  // namespace

void bind_export_route(platform::routing::Router& router, ParticipantContexts& contexts,
                       identity::Archives& archives) {
  router.bind_raw(management::export_participant, [&](Call call, platform::http::Request) {
    return export_all(contexts, archives, std::move(call));
  });
}

void bind_routes(platform::routing::Router& router, ParticipantContexts& contexts,
                 identity::IdentityContexts& identities) {
  auto* all = &contexts;
  auto* owners = &identities;
  router.bind(management::create_participant, [all, owners](Call call, management::ParticipantContext body) {
    return create(*all, *owners, std::move(call), std::move(body));
  });
  router.bind(management::list_participants,
              [all](Call call, Nothing) { return list(*all, std::move(call)); });
  router.bind(management::get_participant, [all](Call call, Nothing) { return get(*all, std::move(call)); });
  router.bind(management::update_participant, [all](Call call, management::ParticipantContext body) {
    return done(update(*all, std::move(call), std::move(body)));
  });
  router.bind(management::delete_participant,
              [all](Call call, Nothing) { return done(all->remove(call.context)); });
  router.bind(management::get_config,
              [all](Call call, Nothing) { return get_config(*all, std::move(call)); });
  router.bind(management::put_config, [all](Call call, management::ParticipantContextConfig body) {
    return done(all->replace_config(call.context, std::move(body), call.caller.subject));
  });
  router.bind(management::patch_config, [all](Call call, management::ParticipantContextConfig body) {
    return done(all->merge_config(call.context, std::move(body), call.caller.subject));
  });
  router.bind(management::put_dataplane, [all](Call call, ParticipantContexts::DataPlane body) {
    return done(all->put_data_plane(call.context, std::move(body), call.caller.subject));
  });
  router.bind(management::list_dataplanes,
              [all](Call call, Nothing) { return list_data_planes(*all, std::move(call)); });
  router.bind(management::delete_dataplane, [all](Call call, Nothing) {
    return done(all->remove_data_plane(call.context, call.id<protocol::dps::DataPlaneId>("dataplaneId"),
                                       call.caller.subject));
  });
}

}  // namespace kontor::runtime::participant_context
