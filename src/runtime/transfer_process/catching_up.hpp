#pragma once

#include <optional>
#include <string>

#include "platform/async/scope.hpp"
#include "platform/engine/engine.hpp"
#include "runtime/transfer_process/data_planes.hpp"

namespace kontor::runtime::transfer_process {

/// What a data plane has missed while it was out of reach for longer than anybody tries: it may still hold
/// flows open that were closed meanwhile. Told when its tunnel opens, when it registers again and when it
/// answers again; whoever knows it already changes nothing. Used on the io thread.
class CatchingUp {
 public:
  CatchingUp(platform::async::Scope& scope, platform::engine::Engine& engine, DataPlanes& data_planes)
      : scope_(scope), engine_(engine), data_planes_(data_planes) {}

  /// Goes on by itself, until the plane has been told or its tunnel breaks again.
  /// `unheard_since`: when it did not answer for the first time; none: nobody knows.
  void begin(ContextId context, protocol::dps::DataPlaneId plane, std::optional<Instant> unheard_since = {});

 private:
  Task<void> tell(ContextId context, protocol::dps::DataPlaneId plane, std::optional<Instant> unheard_since);

  platform::async::Scope& scope_;
  platform::engine::Engine& engine_;
  DataPlanes& data_planes_;
};

}  // namespace kontor::runtime::transfer_process
