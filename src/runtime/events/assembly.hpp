#pragma once

#include <chrono>

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/routing/router.hpp"
#include "runtime/events/event_relay.hpp"
#include "runtime/events/event_streams.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::events {

struct EventsConfig {
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds age_max{900'000};
  std::size_t streams_max = 1000;
  std::size_t streams_per_context_max = 32;
  bool publish = false;
};
platform::config::Fields fields_of(platform::config::Type<EventsConfig>);

/// The live events of the Management API, and what a bus is told of them.
struct EventsAssembly {
  static constexpr std::string_view name = "events";
  using Requires =
      platform::assembly::Services<platform::async::Scope, platform::engine::Engine, platform::bus::Bus,
                                   platform::routing::Router, participant_context::ParticipantContexts>;
  using Provides = platform::assembly::Services<EventStreams, EventRelay>;
  using Config = EventsConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides provided);
};

/// `GET …/events`.
void bind_event_routes(platform::routing::Router& router, EventStreams& streams,
                       participant_context::ParticipantContexts& contexts);

}  // namespace kontor::runtime::events
