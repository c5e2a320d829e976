#include "runtime/dataspace/routes.hpp"

#include "protocol/api/management/dataspace_routes.hpp"
#include "protocol/api/management/trusted_issuers.hpp"
#include "runtime/management_api/resource.hpp"

namespace kontor::runtime::dataspace {

namespace api = management_api;
namespace management = protocol::api::management;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

struct ProfileResource {
  using Document = DataspaceProfileDocument;
  using Body = Profile;

  static Result<Profile> entity_of(Body body, const std::string&, Instant) {
    if (auto served = check_served(body); !served) return fail(std::move(served.error()));
    auto kept = management::check_register(body.trusted_issuers);
    if (!kept) return fail(std::move(kept.error()));
    return body;
  }
  static Body shown(const Loaded<Profile>& loaded) { return loaded.entity; }
};

struct ScopeResource {
  using Document = DcpScopeDocument;
  using Body = management::DcpScope;

  static Result<Body> entity_of(Body body, std::string id, Instant) {
    auto scope = protocol::dcp::parse_scope(body.value);
    if (!scope) return invalid("/value", "{}", scope.error().message());
    body.id = std::move(id);
    return body;
  }
  static Body shown(const Loaded<Body>& loaded) { return loaded.entity; }
};

Task<Result<Reply<Profile>>> create_profile(RouteServices services, Call call, Profile body) {
  auto profile = ProfileResource::entity_of(std::move(body), {}, {});
  if (!profile) co_return fail(std::move(profile.error()));
  platform::engine::Command command{platform::store::installation_context(), EntityId(profile->name),
                                    call.caller.subject, call.trace};
  auto put = co_await services.engine.put<DataspaceProfileDocument>(std::move(command), *profile, 0);
  if (!put) co_return fail(std::move(put.error()));
  co_return Reply<Profile>{std::move(*profile)};
}

Task<Result<Reply<Nothing>>> delete_profile(RouteServices services, Call call) {
  auto name = call.entity("profileName");
  if (name.str() == default_profile)
    co_return fail(ErrorCode::conflict, "'{}' is the profile of whoever is associated with none", name);
  co_return co_await api::remove<ProfileResource>(services.engine, api::of_the_installation(std::move(call)),
                                                  std::move(name));
}

Task<Result<Reply<std::vector<Profile>>>> profiles_of(RouteServices services, Call call) {
  auto profiles = co_await services.dataspaces.of(call.context);
  if (!profiles) co_return fail(std::move(profiles.error()));
  co_return Reply<std::vector<Profile>>{std::move(*profiles)};
}

Task<Result<Reply<Nothing>>> associate(RouteServices services, Call call,
                                       management::AssociateDataspaceProfile body) {
  auto done =
      co_await services.dataspaces.associate(call.context, std::move(body.profiles), call.caller.subject);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Discovery::Found>>> discover(RouteServices services, Call call,
                                               management::DiscoveryRequest body) {
  auto found = co_await services.discovery.find(call.context, std::move(body), call.deadline);
  if (!found) co_return fail(std::move(found.error()));
  co_return Reply<Discovery::Found>{std::move(*found)};
}

void bind_profiles(platform::routing::Router& router, RouteServices s) {
  router.bind(management::create_profile,
              [s](Call call, Profile body) { return create_profile(s, std::move(call), std::move(body)); });
  router.bind(management::update_profile, [s](Call call, Profile body) {
    EntityId name(body.name);
    return api::replace<ProfileResource>(s.engine, api::of_the_installation(std::move(call)), std::move(body),
                                         std::move(name));
  });
  router.bind(management::query_profiles, [s](Call call, management::QueryRequest body) {
    return api::query<ProfileResource>(s.engine, api::of_the_installation(std::move(call)), std::move(body));
  });
  router.bind(management::get_profile, [s](Call call, Nothing) {
    auto name = call.entity("profileName");
    return api::get<ProfileResource>(s.engine, api::of_the_installation(std::move(call)), std::move(name));
  });
  router.bind(management::delete_profile,
              [s](Call call, Nothing) { return delete_profile(s, std::move(call)); });
  router.bind(management::get_participant_profiles,
              [s](Call call, Nothing) { return profiles_of(s, std::move(call)); });
  router.bind(management::put_participant_profiles,
              [s](Call call, management::AssociateDataspaceProfile body) {
                return associate(s, std::move(call), std::move(body));
              });
}

void bind_scopes(platform::routing::Router& router, RouteServices s) {
  router.bind(management::create_scope, [s](Call call, management::DcpScope body) {
    return api::put_new<ScopeResource>(s.engine, api::of_the_installation(std::move(call)), std::move(body));
  });
  router.bind(management::update_scope, [s](Call call, management::DcpScope body) {
    auto id = call.entity("scopeId");
    return api::replace<ScopeResource>(s.engine, api::of_the_installation(std::move(call)), std::move(body),
                                       std::move(id));
  });
  router.bind(management::delete_scope, [s](Call call, Nothing) {
    auto id = call.entity("scopeId");
    return api::remove<ScopeResource>(s.engine, api::of_the_installation(std::move(call)), std::move(id));
  });
  router.bind(management::query_scopes, [s](Call call, management::QueryRequest body) {
    return api::query<ScopeResource>(s.engine, api::of_the_installation(std::move(call)), std::move(body));
  });
}

}  // namespace

void bind_routes(platform::routing::Router& router, RouteServices services) {
  bind_profiles(router, services);
  bind_scopes(router, services);
  router.bind(management::discover, [services](Call call, management::DiscoveryRequest body) {
    return discover(services, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::dataspace
