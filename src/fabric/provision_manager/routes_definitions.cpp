#include "fabric/provision_manager/routes.hpp"
#include "platform/routing/replies.hpp"
#include "protocol/api/fabric/provision_manager_routes.hpp"

namespace kontor::fabric::provision_manager {

using platform::routing::Call;
using platform::routing::done;
using platform::routing::reply;
using protocol::api::Nothing;

void bind_definition_routes(platform::routing::Router& router, Definitions& definitions) {
  router.bind(api::list_activity_definitions,
              [&definitions](Call, Nothing) { return reply(definitions.activities()); });
  router.bind(api::put_activity_definition, [&definitions](Call call, api::ActivityDefinition body) {
    return done(definitions.put_activity(std::move(body), call.caller.subject));
  });
  router.bind(api::delete_activity_definition, [&definitions](Call call, Nothing) {
    return done(definitions.remove_activity(call.entity("activityType").str(), call.caller.subject));
  });
  router.bind(api::list_orchestration_definitions,
              [&definitions](Call, Nothing) { return reply(definitions.all()); });
  router.bind(api::put_orchestration_template, [&definitions](Call call, api::OrchestrationTemplate body) {
    return reply(definitions.put_template(std::move(body), call.caller.subject));
  });
  router.bind(api::get_orchestration_template, [&definitions](Call call, Nothing) {
    return reply(definitions.of_template(call.id<api::TemplateRef>("templateRef")));
  });
  router.bind(api::delete_orchestration_template, [&definitions](Call call, Nothing) {
    return done(definitions.remove_template(call.id<api::TemplateRef>("templateRef"), call.caller.subject));
  });
}

}  // namespace kontor::fabric::provision_manager
