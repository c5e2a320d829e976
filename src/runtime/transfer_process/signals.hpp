#pragma once

#include <optional>

#include "domain/transfer_process/effects.hpp"
#include "protocol/dps/messages.hpp"
#include "runtime/transfer_process/data_planes.hpp"

namespace kontor::runtime::transfer_process {

/// An effect as a signal to a data plane; `message_id` is stable over its attempts. Nothing for the effects
/// that go to the peer. Pure.
struct FlowSignal {
  transfer::Flow flow;
  DataPlanes::Signal signal;
};
std::optional<FlowSignal> signal_of(const transfer::Effect& effect, const std::string& message_id);

/// What the data plane's answer to a signal is to the process. Pure.
transfer::Event event_of(protocol::dps::Operation operation, DataPlanes::Answer answer);

}  // namespace kontor::runtime::transfer_process
