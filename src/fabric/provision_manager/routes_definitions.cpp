#include "fabric/provision_manager/routes.hpp"
#include "protocol/api/fabric/provision_manager_routes.hpp"

namespace kontor::fabric::provision_manager {

using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

template <class T>
Task<Result<Reply<T>>> reply(Task<Result<T>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<T>{std::move(*result)};
}

Task<Result<Reply<Nothing>>> reply(Task<Result<void>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_definition_routes(platform::routing::Router& router, Definitions& definitions) {
  router.bind(api::list_activity_definitions,
              [&definitions](Call, Nothing) { return reply(definitions.activities()); });
  router.bind(api::put_activity_definition, [&definitions](Call call, api::ActivityDefinition body) {
    return reply(definitions.put_activity(std::move(body), call.caller.subject));
  });
  router.bind(api::delete_activity_definition, [&definitions](Call call, Nothing) {
    return reply(definitions.remove_activity(call.entity("activityType").str(), call.caller.subject));
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
    return reply(definitions.remove_template(call.id<api::TemplateRef>("templateRef"), call.caller.subject));
  });
}

}  // namespace kontor::fabric::provision_manager
