#pragma once

#include "runtime/dsp_endpoint/dsp_peers.hpp"
#include "runtime/dsp_endpoint/open_processes.hpp"

namespace kontor::runtime::dsp_endpoint {

/// A counter-party that opens a process with us, and the pid that this has here.
struct Opener {
  Authenticated authenticated;
  protocol::dsp::Pid pid;
};
using PidFor = std::function<protocol::dsp::Pid(const Did&)>;

/// Proves who calls, where it has room for the process. One without room that goes on asking is refused by
/// what it says of itself: before its token costs a look at a key. Errors: too_many_requests, those of
/// `DspPeers::authenticate` and of the store. On the io thread; what is passed by reference outlives the
/// task.
Task<Result<Opener>> authenticate_opener(DspPeers& peers, OpenProcesses& open, platform::routing::Call call,
                                         PidFor pid_for);

}  // namespace kontor::runtime::dsp_endpoint
