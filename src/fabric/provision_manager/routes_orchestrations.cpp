#include "domain/orchestration/view.hpp"
#include "fabric/provision_manager/routes.hpp"
#include "protocol/api/fabric/provision_manager_routes.hpp"
#include "protocol/query/predicate_text.hpp"

namespace kontor::fabric::provision_manager {

namespace query = protocol::query;
using orchestration::Machine;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using platform::store::installation_context;
using protocol::api::Nothing;

namespace {

using Answer = Result<Reply<api::Orchestration>>;

Task<Answer> answer(Task<Result<LoadedOrchestration>> work) {
  auto loaded = co_await std::move(work);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<api::Orchestration>{orchestration::view_of(loaded->entity)};
}

Task<Answer> command(Orchestrations& all, Call call, orchestration::Event event) {
  return answer(all.apply(call.id<api::OrchestrationId>("orchestrationId"), std::move(event),
                          call.caller.subject, call.trace.traceparent()));
}

Task<Answer> get(Engine& engine, Call call) {
  auto id = call.entity("orchestrationId");
  if (!call.wait) return answer(engine.load<Machine>(installation_context(), std::move(id)));
  const auto at_rest = [](const orchestration::Orchestration& each) {
    return each.state != orchestration::State::running;
  };
  return answer(engine.wait<Machine>(installation_context(), std::move(id), at_rest,
                                     platform::async::Deadline::after(engine.clock(), *call.wait)));
}

Task<Result<Reply<std::vector<api::OrchestrationEntry>>>> find(Engine& engine, api::Query body) {
  auto where = query::read_predicate(body.predicate);
  if (!where) co_return fail(std::move(where.error()));
  query::Query wanted{.where = std::move(*where),
                      .sort = {},
                      .limit = body.page.limit,
                      .offset = body.page.offset,
                      .after = {}};
  auto total = co_await engine.store().count(installation_context(), Machine::kind(), wanted);
  if (!total) co_return fail(std::move(total.error()));
  auto page = co_await engine.list<Machine>(installation_context(), std::move(wanted));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<api::OrchestrationEntry>> reply;
  for (const auto& each : page->entities) reply.body.push_back(orchestration::entry_of(each.entity));
  reply.headers.set("X-Total-Count", std::to_string(*total));
  reply.headers.set("Link", api::link_header("/orchestrations/query", body.page, *total));
  co_return reply;
}

orchestration::Event event_of(const Call& call, api::ActivityOutcome outcome) {
  auto activity = call.id<api::ActivityId>("activityId");
  if (outcome.success) {
    return orchestration::ActivityCompleted{
        std::move(activity), std::move(outcome.values), {}, std::move(outcome.outputs)};
  }
  return orchestration::ActivityFailed{.activity = std::move(activity),
                                       .reason = std::move(outcome.error_detail)};
}

Task<Result<Reply<api::Health>>> health() {
  co_return Reply<api::Health>{};
}

void bind_commands(platform::routing::Router& router, Orchestrations& all) {
  router.bind(api::cancel_orchestration, [&all](Call call, api::OperatorReason body) {
    return command(all, std::move(call), orchestration::CancelOrdered{std::move(body.reason)});
  });
  router.bind(api::retry_orchestration, [&all](Call call, Nothing) {
    return command(all, std::move(call), orchestration::RetryOrdered{});
  });
  router.bind(api::compensate_orchestration, [&all](Call call, Nothing) {
    return command(all, std::move(call), orchestration::CompensationOrdered{});
  });
  router.bind(api::skip_activity, [&all](Call call, api::OperatorReason body) {
    orchestration::SkipOrdered event{call.id<api::ActivityId>("activityId"), std::move(body.reason)};
    return command(all, std::move(call), std::move(event));
  });
  router.bind(api::complete_activity, [&all](Call call, api::ActivityOutcome body) {
    auto event = event_of(call, std::move(body));
    return command(all, std::move(call), std::move(event));
  });
}

}  // namespace

void bind_orchestration_routes(platform::routing::Router& router, Engine& engine, Orchestrations& all) {
  router.bind(api::start_orchestration, [&all](Call call, api::OrchestrationManifest body) {
    return answer(all.order(std::move(body), call.caller.subject, call.trace.traceparent()));
  });
  router.bind(api::get_orchestration, [&engine](Call call, Nothing) { return get(engine, std::move(call)); });
  router.bind(api::query_orchestrations,
              [&engine](Call, api::Query body) { return find(engine, std::move(body)); });
  bind_commands(router, all);
  router.bind(api::provision_manager_health, [](Call, Nothing) { return health(); });
}

}  // namespace kontor::fabric::provision_manager
