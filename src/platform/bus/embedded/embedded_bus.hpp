#pragma once

#include <memory>
#include <vector>

#include "platform/async/scope.hpp"
#include "platform/bus/bus.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::bus::embedded {

/// What the bus stores; the store must be opened with them.
std::vector<const entity::Kind*> kinds();

/// A bus inside one process, durable in the process's store: publishing and acknowledging share its syncs.
/// Streams and consumers are declared at each start; what they hold is found again by name. A consumer is
/// used by one process at a time. The scope's tasks (they remove what has grown too old) end before the bus
/// goes; the store outlives it.
std::unique_ptr<Bus> make_embedded_bus(async::Scope& scope, async::Clock& clock, store::Store& store);

}  // namespace kontor::platform::bus::embedded
