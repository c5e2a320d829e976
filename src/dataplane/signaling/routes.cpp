#include "protocol/api/signaling/routes.hpp"

#include "base/text/encoding.hpp"
#include "dataplane/signaling/data_flows.hpp"
#include "platform/routing/replies.hpp"
#include "protocol/dps/dialects.hpp"

namespace kontor::dataplane::signaling {

namespace api = protocol::api::signaling;
using platform::routing::Call;
using platform::routing::done;
using platform::routing::Reply;
using platform::routing::reply;
using protocol::api::Nothing;

namespace {

/// What is not ready yet is answered with 202 and where its state can be asked. [DPS 1.0, §prepare, §start]
struct Asker {
  ContextId context;
  dps::Dialect dialect;
};
Task<Result<Reply<dps::DataFlowStatusMessage>>> order_reply(Asker asker,
                                                            Task<Result<dps::DataFlowStatusMessage>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  result->dialect = asker.dialect;
  Reply<dps::DataFlowStatusMessage> reply{std::move(*result)};
  // EDC asks again until it is told 200, and reads what is pending in the answer.
  if (asker.dialect == dps::Dialect::edc_legacy) co_return reply;
  if (reply.body.state == dps::State::preparing || reply.body.state == dps::State::starting) {
    reply.status = 202;
    reply.headers.set("Location", "/api/v1/" + text::percent_encode(asker.context.str()) +
                                      dps::status_path(reply.body.data_flow_id));
  }
  co_return reply;
}

Task<Result<Reply<dps::EdcStartAnswer>>> answer_to_edc(Task<Result<dps::DataFlowStatusMessage>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<dps::EdcStartAnswer>{{std::move(*result)}};
}

Task<Result<Reply<Nothing>>> here() {
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_routes(platform::routing::Router& router, DataFlows& all) {
  router.bind(api::prepare, [&all](Call call, dps::DataFlowPrepareMessage message) {
    Asker asker{call.context, message.base.dialect};
    return order_reply(std::move(asker), all.prepare(std::move(call), std::move(message)));
  });
  const auto start = [&all](Call call, dps::DataFlowStartMessage message) {
    Asker asker{call.context, message.base.dialect};
    return order_reply(std::move(asker), all.start(std::move(call), std::move(message)));
  };
  router.bind(api::start, start);
  router.bind(api::start_for_edc, [&all](Call call, dps::EdcStartMessage message) {
    return answer_to_edc(all.start(std::move(call), std::move(message.message)));
  });
  router.bind(api::check_for_edc, [](Call, Nothing) { return here(); });
  router.bind(api::started, [&all](Call call, dps::DataFlowStartedNotificationMessage message) {
    return reply(all.started(std::move(call), std::move(message)));
  });
  router.bind(api::suspend, [&all](Call call, dps::DataFlowSuspendMessage message) {
    return reply(all.suspend(std::move(call), std::move(message)));
  });
  router.bind(api::resume, [&all](Call call, dps::DataFlowResumeMessage message) {
    return reply(all.resume(std::move(call), std::move(message)));
  });
  router.bind(api::terminate, [&all](Call call, dps::DataFlowTerminateMessage message) {
    return reply(all.terminate(std::move(call), std::move(message)));
  });
  router.bind(api::completed, [&all](Call call, dps::DataFlowCompletedMessage message) {
    return reply(all.completed(std::move(call), std::move(message)));
  });
  router.bind(api::status, [&all](Call call, Nothing) { return reply(all.status(std::move(call))); });
}

namespace {

/// A control plane that proved itself by its registration changes its own, and no other's.
Result<void> check_registrant(const Call& call, const dps::ControlPlaneId& id) {
  const bool own = call.caller.subject == id.str();
  if (own || !platform::auth::is_registered_plane(call.caller, call.context)) return {};
  return fail(ErrorCode::forbidden, "the control plane '{}' cannot change the registration of another",
              call.caller.subject);
}

Task<Result<void>> put(ControlPlanes& all, Call call, ControlPlanes::Registration body) {
  auto may = check_registrant(call, body.controlplane_id);
  if (!may) co_return may;
  co_return co_await all.put(call.context, std::move(body), call.caller.subject);
}

Task<Result<void>> remove(ControlPlanes& all, Call call) {
  auto id = call.id<dps::ControlPlaneId>("controlplaneId");
  auto may = check_registrant(call, id);
  if (!may) co_return may;
  co_return co_await all.remove(call.context, std::move(id), call.caller.subject);
}

}  // namespace

void bind_control_plane_routes(platform::routing::Router& router, ControlPlanes& all) {
  router.bind(api::put_controlplane, [&all](Call call, ControlPlanes::Registration body) {
    return done(put(all, std::move(call), std::move(body)));
  });
  router.bind(api::delete_controlplane,
              [&all](Call call, Nothing) { return done(remove(all, std::move(call))); });
}

}  // namespace kontor::dataplane::signaling
