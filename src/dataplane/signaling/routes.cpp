#include "protocol/api/signaling/routes.hpp"

#include "dataplane/signaling/data_flows.hpp"

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

}  // namespace

void bind_routes(platform::routing::Router& router, DataFlows& all) {
  router.bind(api::prepare, [&all](Call call, dps::DataFlowPrepareMessage message) {
    return reply(all.prepare(std::move(call), std::move(message)));
  });
  router.bind(api::start, [&all](Call call, dps::DataFlowStartMessage message) {
    return reply(all.start(std::move(call), std::move(message)));
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

}  // namespace kontor::dataplane::signaling
