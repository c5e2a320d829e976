#pragma once

#include <memory>

#include "platform/async/scope.hpp"
#include "platform/bus/bus.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::runtime::events {

/// Tells the bus what happens in all contexts: each event that the Management API tells is a message of the
/// stream `events`, with the subject `events.` and its name, as a structured CloudEvent (CloudEvents 1.0
/// §3.1).
///
/// A reader of what the store keeps of events, with a place of its own that the bus remembers. So nothing is
/// missed when a process is killed, the order is that of the commits, and what was published before a crash
/// and comes again has the same id, which the stream drops within its window. Replicas that share a store
/// tell the same under the same ids. Commits wake it; it does not poll. Used on the io thread.
class EventRelay {
 public:
  EventRelay(platform::async::Scope& scope, platform::engine::Engine& engine, platform::bus::Bus& bus,
             bool publishes);
  ~EventRelay();

  /// Nothing, where nothing is to be published. Goes on behind the last event that was told, first with the
  /// oldest that is kept; runs until the scope ends. A bus that fails is tried again. Errors: those of the
  /// bus.
  Task<Result<void>> start();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::events
