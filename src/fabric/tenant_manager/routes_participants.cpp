#include "fabric/tenant_manager/routes.hpp"
#include "protocol/api/fabric/tenant_manager_routes.hpp"
#include "protocol/query/predicate_text.hpp"

namespace kontor::fabric::tenant_manager {

namespace query = protocol::query;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

using Profile = Result<Reply<api::ParticipantProfile>>;
using Profiles = Result<Reply<std::vector<api::ParticipantProfile>>>;

api::TenantId tenant_of(const Call& call) {
  return call.id<api::TenantId>("tenantId");
}
api::ParticipantProfileId profile_of(const Call& call) {
  return call.id<api::ParticipantProfileId>("participantProfileId");
}

Task<Profile> answer(Task<Result<LoadedProfile>> work) {
  auto loaded = co_await std::move(work);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<api::ParticipantProfile>{shown(*loaded)};
}

Task<Profile> get(Participants& all, Call call) {
  if (!call.wait) return answer(all.load(tenant_of(call), profile_of(call)));
  return answer(all.at_rest(tenant_of(call), profile_of(call), *call.wait));
}

Task<Result<Reply<Nothing>>> dispose(Participants& all, Call call) {
  auto disposing =
      co_await all.dispose(tenant_of(call), profile_of(call), call.caller.subject, call.trace.traceparent());
  if (!disposing) co_return fail(std::move(disposing.error()));
  co_return Reply<Nothing>{};
}

Task<Profiles> list(Participants& all, Call call) {
  auto page = page_of(call);
  if (!page) co_return fail(std::move(page.error()));
  auto listed = co_await all.of_tenant(tenant_of(call), *page);
  if (!listed) co_return fail(std::move(listed.error()));
  co_return Reply<std::vector<api::ParticipantProfile>>{std::move(listed->entities)};
}

Task<Profiles> find(Participants& all, api::Query body) {
  auto where = query::read_predicate(body.predicate);
  if (!where) co_return fail(std::move(where.error()));
  auto listed = co_await all.find(std::move(*where), body.page);
  if (!listed) co_return fail(std::move(listed.error()));
  co_return reply_of(std::move(*listed), "/participant-profiles/query", body.page);
}

}  // namespace

void bind_participant_routes(platform::routing::Router& router, Participants& all) {
  router.bind(api::list_participant_profiles,
              [&all](Call call, Nothing) { return list(all, std::move(call)); });
  router.bind(api::deploy_participant_profile, [&all](Call call, api::NewParticipantProfile body) {
    return answer(
        all.deploy(tenant_of(call), std::move(body), call.caller.subject, call.trace.traceparent()));
  });
  router.bind(api::get_participant_profile, [&all](Call call, Nothing) { return get(all, std::move(call)); });
  router.bind(api::dispose_participant_profile,
              [&all](Call call, Nothing) { return dispose(all, std::move(call)); });
  router.bind(api::query_participant_profiles,
              [&all](Call, api::Query body) { return find(all, std::move(body)); });
}

}  // namespace kontor::fabric::tenant_manager
