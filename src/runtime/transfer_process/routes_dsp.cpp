#include "platform/routing/replies.hpp"
#include "protocol/api/dsp_binding/routes.hpp"
#include "protocol/api/signaling/routes.hpp"
#include "runtime/transfer_process/routes.hpp"

namespace kontor::runtime::transfer_process {

namespace dps = protocol::dps;
namespace dsp = protocol::dsp;
namespace routes = protocol::api::dsp_binding;
namespace signaling = protocol::api::signaling;
using platform::routing::Call;
using platform::routing::done;
using platform::routing::Reply;
using protocol::api::Nothing;
using transfer::Envelope;
using transfer::Event;

namespace {

Task<Result<Reply<dsp::TransferProcess>>> answer(Task<Result<Loaded>> work) {
  auto loaded = co_await std::move(work);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<dsp::TransferProcess>{{loaded->entity.pids(), transfer::protocol_state_of(loaded->entity)}};
}

Task<Result<Reply<dps::AgreementResponse>>> agreement(Transfers& all, Call call) {
  auto policy = co_await all.agreement_for_data_plane(std::move(call));
  if (!policy) co_return fail(std::move(policy.error()));
  co_return Reply<dps::AgreementResponse>{{std::move(*policy)}};
}

}  // namespace

void bind_dsp_routes(platform::routing::Router& router, Transfers& all) {
  router.bind(routes::request_transfer, [&all](Call call, dsp::TransferRequestMessage message) {
    return answer(all.receive_request(std::move(call), std::move(message)));
  });
  router.bind(routes::get_transfer,
              [&all](Call call, Nothing) { return answer(all.state_for_peer(std::move(call))); });
  router.bind(routes::start_transfer, [&all](Call call, dsp::TransferStartMessage message) {
    return answer(
        all.receive(std::move(call), message.id, message.pids, [message](Envelope envelope) -> Event {
          return transfer::StartReceived{.envelope = std::move(envelope),
                                         .data_address = message.data_address};
        }));
  });
  router.bind(routes::complete_transfer, [&all](Call call, dsp::TransferCompletionMessage message) {
    return answer(all.receive(std::move(call), message.id, message.pids, [](Envelope envelope) -> Event {
      return transfer::CompletionReceived{std::move(envelope)};
    }));
  });
  router.bind(routes::suspend_transfer, [&all](Call call, dsp::TransferSuspensionMessage message) {
    return answer(
        all.receive(std::move(call), message.id, message.pids, [message](Envelope envelope) -> Event {
          return transfer::SuspensionReceived{.envelope = std::move(envelope), .reason = message.reason};
        }));
  });
  router.bind(routes::terminate_transfer, [&all](Call call, dsp::TransferTerminationMessage message) {
    return answer(
        all.receive(std::move(call), message.id, message.pids, [message](Envelope envelope) -> Event {
          return transfer::TerminationReceived{std::move(envelope), message.reason};
        }));
  });
}

void bind_signaling_routes(platform::routing::Router& router, Transfers& all) {
  router.bind(signaling::flow_prepared, [&all](Call call, dps::DataFlowStatusMessage message) {
    return done(all.report(std::move(call), transfer::FlowPrepared{{}, std::move(message.data_address)}));
  });
  router.bind(signaling::flow_started, [&all](Call call, dps::DataFlowStatusMessage message) {
    return done(all.report(std::move(call), transfer::FlowStarted{{}, std::move(message.data_address)}));
  });
  router.bind(signaling::flow_completed, [&all](Call call, dps::DataFlowStatusMessage) {
    return done(all.report(std::move(call), transfer::FlowCompleted{}));
  });
  router.bind(signaling::flow_errored, [&all](Call call, dps::DataFlowStatusMessage message) {
    return done(
        all.report(std::move(call), transfer::FlowErrored{message.error.value_or("no reason given")}));
  });
  router.bind(signaling::edc_completed, [&all](Call call, dps::DataFlowCompletedMessage) {
    return done(all.report(std::move(call), transfer::FlowCompleted{}));
  });
  router.bind(signaling::edc_failed, [&all](Call call, dps::DataFlowFailure failure) {
    return done(all.report(std::move(call), transfer::Terminate{dsp::Reason::of(failure.error_message),
                                                                transfer::EndedBy::data_plane}));
  });
  router.bind(signaling::flow_agreement,
              [&all](Call call, Nothing) { return agreement(all, std::move(call)); });
}

}  // namespace kontor::runtime::transfer_process
