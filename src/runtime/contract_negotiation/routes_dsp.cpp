#include "protocol/api/dsp_binding/routes.hpp"
#include "runtime/contract_negotiation/routes.hpp"

namespace kontor::runtime::contract_negotiation {

namespace dsp = protocol::dsp;
namespace routes = protocol::api::dsp_binding;
using negotiation::Envelope;
using negotiation::Event;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

using Answer = Result<Reply<dsp::ContractNegotiation>>;

Task<Answer> answer(Task<Result<Loaded>> work) {
  auto loaded = co_await std::move(work);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<dsp::ContractNegotiation>{
      {loaded->entity.pids(), negotiation::protocol_state_of(loaded->entity)}};
}

void bind_offers(platform::routing::Router& router, Negotiations& all) {
  router.bind(routes::request_negotiation, [&all](Call call, dsp::ContractRequestMessage message) {
    return answer(all.receive_request(std::move(call), std::move(message)));
  });
  router.bind(routes::counter_request, [&all](Call call, dsp::ContractRequestMessage message) {
    dsp::Pids pids{message.provider_pid.value_or(dsp::Pid()), message.consumer_pid};
    return answer(
        all.receive(std::move(call), message.id, std::move(pids), [message](Envelope envelope) -> Event {
          return negotiation::RequestReceived{
              .envelope = std::move(envelope), .first = {}, .offer = message.offer};
        }));
  });
  router.bind(routes::counter_offer, [&all](Call call, dsp::ContractOfferMessage message) {
    dsp::Pids pids{message.provider_pid, message.consumer_pid.value_or(dsp::Pid())};
    return answer(
        all.receive(std::move(call), message.id, std::move(pids), [message](Envelope envelope) -> Event {
          return negotiation::OfferReceived{
              .envelope = std::move(envelope), .first = {}, .offer = message.offer};
        }));
  });
}

void bind_agreement(platform::routing::Router& router, Negotiations& all) {
  router.bind(routes::agree, [&all](Call call, dsp::ContractAgreementMessage message) {
    return answer(
        all.receive(std::move(call), message.id, message.pids, [message](Envelope envelope) -> Event {
          return negotiation::AgreementReceived{.envelope = std::move(envelope),
                                                .agreement = message.agreement,
                                                .then = negotiation::Command(negotiation::Verify{})};
        }));
  });
  router.bind(routes::verify, [&all](Call call, dsp::ContractAgreementVerificationMessage message) {
    return answer(all.receive(std::move(call), message.id, message.pids, [](Envelope envelope) -> Event {
      return negotiation::VerificationReceived{std::move(envelope),
                                               negotiation::Command(negotiation::Finalize{})};
    }));
  });
  router.bind(routes::negotiation_event, [&all](Call call, dsp::ContractNegotiationEventMessage message) {
    const auto type = message.event_type;
    return answer(all.receive(std::move(call), message.id, message.pids, [type](Envelope envelope) -> Event {
      if (type == dsp::NegotiationEventType::accepted)
        return negotiation::AcceptanceReceived{std::move(envelope)};
      return negotiation::FinalizationReceived{std::move(envelope)};
    }));
  });
  router.bind(
      routes::terminate_negotiation, [&all](Call call, dsp::ContractNegotiationTerminationMessage message) {
        return answer(
            all.receive(std::move(call), message.id, message.pids, [message](Envelope envelope) -> Event {
              return negotiation::TerminationReceived{std::move(envelope), message.reason};
            }));
      });
}

}  // namespace

void bind_dsp_routes(platform::routing::Router& router, Negotiations& negotiations) {
  bind_offers(router, negotiations);
  bind_agreement(router, negotiations);
  router.bind(routes::get_negotiation, [&negotiations](Call call, Nothing) {
    return answer(negotiations.state_for_peer(std::move(call)));
  });
}

}  // namespace kontor::runtime::contract_negotiation
