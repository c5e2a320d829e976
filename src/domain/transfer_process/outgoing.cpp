#include "domain/transfer_process/outgoing.hpp"

#include "base/json/codec.hpp"
#include "protocol/dsp/paths.hpp"
#include "protocol/dsp/transfer.hpp"

namespace kontor::domain::transfer_process {
namespace {

namespace paths = dsp::paths;

template <class E, class Message>
Outgoing built(const E& effect, std::string url, const Message& message) {
  return {std::move(url), json::encode(message), effect.peer.id, effect.peer.profile, effect.message};
}

template <class E>
const Pid& receiver_of(const E& effect) {
  return effect.receiver == Role::consumer ? effect.pids.consumer : effect.pids.provider;
}

std::optional<dsp::DataAddress> for_peers(const std::optional<dsp::DataAddress>& address) {
  if (!address) return std::nullopt;
  return dsp::as_for_peers(*address);
}

std::optional<Outgoing> of(const SendRequest& effect) {
  return built(
      effect, paths::transfer_request(effect.peer.address),
      dsp::TransferRequestMessage{effect.message, effect.consumer_pid, effect.agreement, effect.format,
                                  for_peers(effect.data_address), effect.callback_address});
}

std::optional<Outgoing> of(const SendStart& effect) {
  return built(effect, paths::transfer_start(effect.peer.address, receiver_of(effect)),
               dsp::TransferStartMessage{effect.message, effect.pids, for_peers(effect.data_address)});
}

std::optional<Outgoing> of(const SendCompletion& effect) {
  return built(effect, paths::transfer_completion(effect.peer.address, receiver_of(effect)),
               dsp::TransferCompletionMessage{effect.message, effect.pids});
}

std::optional<Outgoing> of(const SendSuspension& effect) {
  return built(effect, paths::transfer_suspension(effect.peer.address, receiver_of(effect)),
               dsp::TransferSuspensionMessage{effect.message, effect.pids, effect.reason});
}

std::optional<Outgoing> of(const SendTermination& effect) {
  return built(effect, paths::transfer_termination(effect.peer.address, receiver_of(effect)),
               dsp::TransferTerminationMessage{effect.message, effect.pids, effect.reason});
}

template <class Signal>
std::optional<Outgoing> of(const Signal&) {
  return std::nullopt;
}

}  // namespace

std::optional<Outgoing> outgoing(const Effect& effect) {
  return std::visit([](const auto& one) { return of(one); }, effect);
}

Acknowledged acknowledged(const SendRequest& request, std::string_view answer) {
  Acknowledged outcome{request.message};
  if (auto process = json::decode<dsp::TransferProcess>(answer)) outcome.peer_pid = process->pids.provider;
  return outcome;
}

}  // namespace kontor::domain::transfer_process
