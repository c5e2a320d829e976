#include "protocol/api/operations/routes.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"

namespace kontor::runtime::dsp_endpoint {

namespace api = protocol::api::operations;
using platform::routing::Call;
using platform::routing::Reply;

namespace {

Task<Result<Reply<api::RestingPeers>>> resting(const DspPeers& peers) {
  api::RestingPeers list;
  for (auto& each : peers.health().resting()) {
    list.peers.push_back({std::move(each.peer.did), std::move(each.peer.authority), std::move(each.reason),
                          each.failures, each.since, each.until});
  }
  co_return Reply<api::RestingPeers>{std::move(list)};
}

}  // namespace

void bind_operations_routes(platform::routing::Router& router, const DspPeers& peers) {
  router.bind(api::list_resting_peers, [&peers](Call, protocol::api::Nothing) { return resting(peers); });
}

}  // namespace kontor::runtime::dsp_endpoint
