#include "protocol/api/signaling/routes.hpp"

#include "base/text/encoding.hpp"
#include "dataplane/signaling/data_flows.hpp"
#include "protocol/dps/endpoints.hpp"

namespace kontor::dataplane::signaling {

namespace api = protocol::api::signaling;
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

/// What is not ready yet is answered with 202 and where its state can be asked. [DPS 1.0, §prepare, §start]
Task<Result<Reply<dps::DataFlowStatusMessage>>> order_reply(ContextId context,
                                                            Task<Result<dps::DataFlowStatusMessage>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  Reply<dps::DataFlowStatusMessage> reply{std::move(*result)};
  if (reply.body.state == dps::State::preparing || reply.body.state == dps::State::starting) {
    reply.status = 202;
    reply.headers.set("Location", "/api/v1/" + text::percent_encode(context.str()) +
                                      dps::status_path(reply.body.data_flow_id));
  }
  co_return reply;
}

Task<Result<Reply<Nothing>>> done(Task<Result<void>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_routes(platform::routing::Router& router, DataFlows& all) {
  router.bind(api::prepare, [&all](Call call, dps::DataFlowPrepareMessage message) {
    auto context = call.context;
    return order_reply(std::move(context), all.prepare(std::move(call), std::move(message)));
  });
  router.bind(api::start, [&all](Call call, dps::DataFlowStartMessage message) {
    auto context = call.context;
    return order_reply(std::move(context), all.start(std::move(call), std::move(message)));
  });
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

void bind_control_plane_routes(platform::routing::Router& router, ControlPlanes& all) {
  router.bind(api::put_controlplane, [&all](Call call, ControlPlanes::Registration body) {
    return done(all.put(call.context, std::move(body), call.caller.subject));
  });
  router.bind(api::delete_controlplane, [&all](Call call, Nothing) {
    return done(
        all.remove(call.context, call.id<dps::ControlPlaneId>("controlplaneId"), call.caller.subject));
  });
}

}  // namespace kontor::dataplane::signaling
