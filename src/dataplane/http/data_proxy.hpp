#pragma once

#include <cstddef>
#include <memory>

#include "dataplane/http/open_flows.hpp"
#include "platform/http/client.hpp"
#include "platform/routing/router.hpp"

namespace kontor::dataplane::http {

struct DataProxyOptions {
  Duration source_timeout = std::chrono::seconds(30);  ///< until the source begins to answer
  Duration stall_timeout = std::chrono::seconds(60);   ///< without progress of a body
  OpenFlowsLimits cache = {};
};

/// The public side of pulls: hands data from the source to whoever holds the flow's token, piece by piece, in
/// constant memory. A flow that is suspended, completed or terminated ends running answers too, at the next
/// piece. Used on the io thread.
class DataProxy {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    platform::http::Client& client;
  };
  DataProxy(Services services, DataProxyOptions options);

  /// Errors: unauthenticated for every token that is not good for this data now, timeout, peer_unavailable.
  Task<Result<platform::http::Response>> serve(platform::routing::Call call, platform::http::Request request);

 private:
  Services services_;
  DataProxyOptions options_;
  std::shared_ptr<OpenFlows> flows_;
};

/// Binds the public routes. `proxy` must outlive the router.
void bind_routes(platform::routing::Router& router, DataProxy& proxy);

}  // namespace kontor::dataplane::http
