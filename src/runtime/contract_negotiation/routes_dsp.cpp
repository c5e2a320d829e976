#include "protocol/api/dsp_binding/routes.hpp"
#include "runtime/contract_negotiation/routes.hpp"

namespace kontor::runtime::contract_negotiation {

namespace dsp = protocol::dsp;
namespace routes = protocol::api::dsp_binding;
using dsp::NegotiationState;
using negotiation::Envelope;
using negotiation::Event;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<dsp::ContractNegotiation>>> answer(Task<Result<Loaded>> work) {
  auto loaded = co_await std::move(work);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<dsp::ContractNegotiation>{
      {loaded->entity.pids(), negotiation::protocol_state_of(loaded->entity)}};
}

Heard heard(dsp::ContractRequestMessage message) {
  dsp::Pids pids{message.provider_pid.value_or(dsp::Pid()), message.consumer_pid};
  return {.id = message.id,
          .pids = std::move(pids),
          .event_of = [offer = message.offer](Envelope envelope, Answer ours) -> Event {
            return negotiation::RequestReceived{.envelope = std::move(envelope),
                                                .first = {},
                                                .offer = offer,
                                                .then = std::move(ours.then),
                                                .claims = std::move(ours.claims)};
          },
          .reaches = NegotiationState::requested,
          .terms = std::move(message.offer)};
}

Heard heard(dsp::ContractOfferMessage message) {
  dsp::Pids pids{message.provider_pid, message.consumer_pid.value_or(dsp::Pid())};
  return {.id = message.id,
          .pids = std::move(pids),
          .event_of = [offer = message.offer](Envelope envelope, Answer ours) -> Event {
            return negotiation::OfferReceived{
                .envelope = std::move(envelope), .first = {}, .offer = offer, .then = std::move(ours.then)};
          },
          .reaches = NegotiationState::offered,
          .terms = std::move(message.offer)};
}

Heard heard(dsp::ContractAgreementMessage message) {
  return {.id = std::move(message.id),
          .pids = std::move(message.pids),
          .event_of = [agreement = message.agreement](Envelope envelope, Answer ours) -> Event {
            return negotiation::AgreementReceived{
                .envelope = std::move(envelope), .agreement = agreement, .then = std::move(ours.then)};
          },
          .reaches = NegotiationState::agreed,
          .terms = std::move(message.agreement)};
}

Heard heard(dsp::ContractAgreementVerificationMessage message) {
  return {.id = std::move(message.id),
          .pids = std::move(message.pids),
          .event_of = [](Envelope envelope, Answer ours) -> Event {
            return negotiation::VerificationReceived{std::move(envelope), std::move(ours.then)};
          },
          .reaches = NegotiationState::verified};
}

Heard heard(dsp::ContractNegotiationEventMessage message) {
  if (message.event_type == dsp::NegotiationEventType::finalized) {
    return {.id = std::move(message.id),
            .pids = std::move(message.pids),
            .event_of = [](Envelope envelope, const Answer&) -> Event {
              return negotiation::FinalizationReceived{std::move(envelope)};
            }};
  }
  return {.id = std::move(message.id),
          .pids = std::move(message.pids),
          .event_of = [](Envelope envelope, Answer ours) -> Event {
            return negotiation::AcceptanceReceived{std::move(envelope), std::move(ours.then),
                                                   std::move(ours.claims)};
          },
          .reaches = NegotiationState::accepted};
}

Heard heard(dsp::ContractNegotiationTerminationMessage message) {
  return {.id = std::move(message.id),
          .pids = std::move(message.pids),
          .event_of = [reason = std::move(message.reason)](Envelope envelope, const Answer&) -> Event {
            return negotiation::TerminationReceived{std::move(envelope), reason};
          }};
}

/// A later message becomes an event of the process in the path.
template <class Message>
void bind_later(platform::routing::Router& router, Negotiations& all,
                const protocol::api::Route<Message, dsp::ContractNegotiation>& route) {
  router.bind(route, [&all](Call call, Message message) {
    return answer(all.receive(std::move(call), heard(std::move(message))));
  });
}

}  // namespace

void bind_dsp_routes(platform::routing::Router& router, Negotiations& all) {
  router.bind(routes::request_negotiation, [&all](Call call, dsp::ContractRequestMessage message) {
    return answer(all.receive_request(std::move(call), std::move(message)));
  });
  router.bind(routes::offer_negotiation, [&all](Call call, dsp::ContractOfferMessage message) {
    return answer(all.receive_offer(std::move(call), std::move(message)));
  });
  bind_later(router, all, routes::counter_request);
  bind_later(router, all, routes::counter_offer);
  bind_later(router, all, routes::agree);
  bind_later(router, all, routes::verify);
  bind_later(router, all, routes::negotiation_event);
  bind_later(router, all, routes::terminate_negotiation);
  router.bind(routes::get_negotiation,
              [&all](Call call, Nothing) { return answer(all.state_for_peer(std::move(call))); });
}

}  // namespace kontor::runtime::contract_negotiation
