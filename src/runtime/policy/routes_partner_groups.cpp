#include "protocol/api/management/partner_group_routes.hpp"
#include "runtime/management_api/resource.hpp"
#include "runtime/policy/routes.hpp"

namespace kontor::runtime::policy {

namespace api = management_api;
namespace management = protocol::api::management;
using platform::engine::Loaded;
using platform::routing::Call;
using protocol::api::Nothing;

namespace {

struct PartnerGroupResource {
  using Document = PartnerGroupDocument;
  using Body = management::PartnerGroup;

  static Result<PartnerGroup> entity_of(Body body, std::string id, Instant) {
    return PartnerGroup{std::move(id), std::move(body.members)};
  }
  static Body shown(const Loaded<PartnerGroup>& loaded) {
    return {loaded.entity.name, loaded.entity.members, loaded.created_at};
  }
};

}  // namespace

void bind_partner_group_routes(platform::routing::Router& router, PartnerGroupServices services) {
  using Resource = PartnerGroupResource;
  router.bind(management::create_partner_group, [services](Call call, management::PartnerGroup body) {
    return api::create<Resource>(services.engine, services.contexts, std::move(call), std::move(body));
  });
  router.bind(management::query_partner_groups, [services](Call call, management::QueryRequest body) {
    return api::query<Resource>(services.engine, std::move(call), std::move(body));
  });
  router.bind(management::get_partner_group, [services](Call call, Nothing) {
    auto id = call.entity("partnerGroupId");
    return api::get<Resource>(services.engine, std::move(call), std::move(id));
  });
  router.bind(management::update_partner_group, [services](Call call, management::PartnerGroup body) {
    auto id = call.entity("partnerGroupId");
    return api::replace<Resource>(services.engine, std::move(call), std::move(body), std::move(id));
  });
  router.bind(management::delete_partner_group, [services](Call call, Nothing) {
    auto id = call.entity("partnerGroupId");
    return api::remove<Resource>(services.engine, std::move(call), std::move(id));
  });
}

}  // namespace kontor::runtime::policy
