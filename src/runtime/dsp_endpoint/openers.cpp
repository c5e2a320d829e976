#include "runtime/dsp_endpoint/openers.hpp"

namespace kontor::runtime::dsp_endpoint {

Task<Result<Opener>> authenticate_opener(DspPeers& peers, OpenProcesses& open, platform::routing::Call call,
                                         PidFor pid_for) {
  if (auto claimed = peers.claimed(call)) {
    const auto pid = pid_for(*claimed);
    auto presumed = open.presume({call.context, std::move(*claimed), call.peer_address}, pid);
    if (!presumed) co_return fail(std::move(presumed.error()));
  }
  auto authenticated = co_await peers.authenticate(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto pid = pid_for(authenticated->caller.did);
  auto has_room = co_await open.check({call.context, authenticated->caller.did, call.peer_address}, pid);
  if (!has_room) co_return fail(std::move(has_room.error()));
  co_return Opener{std::move(*authenticated), std::move(pid)};
}

}  // namespace kontor::runtime::dsp_endpoint
