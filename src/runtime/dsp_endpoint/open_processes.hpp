#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/id/id.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/task.hpp"
#include "platform/store/store.hpp"
#include "protocol/dsp/types.hpp"

namespace kontor::runtime::dsp_endpoint {

/// How many processes of one kind a counter-party may open with a participant before some of them end, so
/// that a stranger cannot fill the store. What a counter-party has open is read from the store when it is
/// first met, and counted in memory from then on: the answer costs no query. Once the bound is reached, those
/// that have changed are looked at, oldest first, a few for each request; those that have not changed are as
/// they were, so that a stranger who goes on asking costs nothing. Each replica counts what is opened with it
/// and what was open when it met the counter-party. Used on the io thread.
class OpenProcesses {
 public:
  /// What the store knows of processes of this kind.
  struct Known {
    /// Whether the process has ended, or there is none.
    std::function<Task<bool>(ContextId, protocol::dsp::Pid)> has_ended;
    /// Those that the counter-party opened and that have not ended, at most so many.
    std::function<Task<Result<std::vector<protocol::dsp::Pid>>>(ContextId, Did, std::size_t)> find_open;
  };

  OpenProcesses(std::size_t open_max, platform::async::Clock& clock, Known known);

  /// Who asks, and from which address.
  struct Asker {
    ContextId context;
    Did peer;
    std::string address;
  };
  /// The same answer as `check` to an asker that nobody has proven, where it is known without a look at
  /// anything: that of a peer which was refused from this address, and of whose processes none has changed.
  /// So what goes on asking costs no check of a signature, and whoever takes its name elsewhere learns
  /// nothing. Errors: too_many_requests.
  Result<void> presume(const Asker& claimed, const protocol::dsp::Pid& pid) const;
  /// Whether the peer may open this process now; one that it opened already it may ask for again. Cheap: to
  /// be asked before anything else is done for the peer. Errors: too_many_requests, those of the store.
  Task<Result<void>> check(Asker asker, protocol::dsp::Pid pid);
  /// The same, and the process takes its place.
  Task<Result<void>> admit(ContextId context, Did peer, protocol::dsp::Pid pid);

  /// Looks at a process again that has changed.
  void changed(const ContextId& context, const EntityId& id);
  /// Hears of the changes of one kind.
  void listen_to(platform::store::Store& store, const entity::Kind& kind);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::dsp_endpoint
