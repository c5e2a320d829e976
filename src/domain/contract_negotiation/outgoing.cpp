#include "domain/contract_negotiation/outgoing.hpp"

#include "base/json/codec.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "protocol/dsp/paths.hpp"

namespace kontor::domain::contract_negotiation {
namespace {

namespace paths = dsp::paths;

template <class E, class Message>
Outgoing built(const E& effect, std::string url, const Message& message) {
  return {std::move(url), json::encode(message), effect.peer.id, effect.peer.profile, effect.message};
}

Outgoing of(const SendRequest& effect) {
  const auto& provider = effect.pids.provider;
  dsp::ContractRequestMessage message{
      effect.message, effect.pids.consumer, {}, effect.callback_address, effect.offer};
  if (provider.empty()) return built(effect, paths::negotiation_request(effect.peer.address), message);
  message.provider_pid = provider;
  return built(effect, paths::negotiation_request(effect.peer.address, provider), message);
}

Outgoing of(const SendOffer& effect) {
  const auto& consumer = effect.pids.consumer;
  dsp::ContractOfferMessage message{
      effect.message, effect.pids.provider, {}, effect.callback_address, effect.offer};
  if (consumer.empty()) return built(effect, paths::negotiation_offers(effect.peer.address), message);
  message.consumer_pid = consumer;
  return built(effect, paths::negotiation_offers(effect.peer.address, consumer), message);
}

Outgoing of(const SendAcceptance& effect) {
  return built(
      effect, paths::negotiation_events(effect.peer.address, effect.pids.provider),
      dsp::ContractNegotiationEventMessage{effect.message, effect.pids, dsp::NegotiationEventType::accepted});
}

Outgoing of(const SendAgreement& effect) {
  return built(effect, paths::negotiation_agreement(effect.peer.address, effect.pids.consumer),
               dsp::ContractAgreementMessage{effect.message, effect.pids, effect.agreement});
}

Outgoing of(const SendVerification& effect) {
  return built(effect, paths::negotiation_verification(effect.peer.address, effect.pids.provider),
               dsp::ContractAgreementVerificationMessage{effect.message, effect.pids});
}

Outgoing of(const SendFinalization& effect) {
  return built(effect, paths::negotiation_events(effect.peer.address, effect.pids.consumer),
               dsp::ContractNegotiationEventMessage{effect.message, effect.pids,
                                                    dsp::NegotiationEventType::finalized});
}

Outgoing of(const SendTermination& effect) {
  const auto& receiver = effect.receiver == Role::consumer ? effect.pids.consumer : effect.pids.provider;
  return built(effect, paths::negotiation_termination(effect.peer.address, receiver),
               dsp::ContractNegotiationTerminationMessage{effect.message, effect.pids, effect.reason});
}

}  // namespace

std::optional<Outgoing> outgoing(const Effect& effect) {
  const auto message = []<class E>(const E& one) -> std::optional<Outgoing> {
    if constexpr (ToPeer<E>) return of(one);
    return std::nullopt;
  };
  return std::visit(message, effect);
}

Acknowledged acknowledged(const Effect& effect, std::string_view answer) {
  const auto message = []<class E>(const E& one) {
    if constexpr (ToPeer<E>) return one.message;
    return MessageId();
  };
  Acknowledged outcome{std::visit(message, effect)};
  auto negotiation = json::decode<dsp::ContractNegotiation>(answer);
  if (!negotiation) return outcome;
  if (std::holds_alternative<SendRequest>(effect)) outcome.peer_pid = negotiation->pids.provider;
  if (std::holds_alternative<SendOffer>(effect)) outcome.peer_pid = negotiation->pids.consumer;
  return outcome;
}

}  // namespace kontor::domain::contract_negotiation
