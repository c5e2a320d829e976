#pragma once

#include <string>

#include "platform/async/scope.hpp"
#include "platform/engine/engine.hpp"
#include "runtime/transfer_process/data_planes.hpp"

namespace kontor::runtime::transfer_process {

/// What a data plane has missed while it was out of reach for longer than anybody tries: it may still hold
/// flows open that were closed meanwhile. Told when its tunnel opens; whoever knows it already changes
/// nothing. Used on the io thread.
class CatchingUp {
 public:
  CatchingUp(platform::async::Scope& scope, platform::engine::Engine& engine, DataPlanes& data_planes)
      : scope_(scope), engine_(engine), data_planes_(data_planes) {}

  /// Goes on by itself, until the plane has been told or its tunnel breaks again.
  void begin(ContextId context, protocol::dps::DataPlaneId plane);

 private:
  Task<void> tell(ContextId context, protocol::dps::DataPlaneId plane);

  platform::async::Scope& scope_;
  platform::engine::Engine& engine_;
  DataPlanes& data_planes_;
};

}  // namespace kontor::runtime::transfer_process
