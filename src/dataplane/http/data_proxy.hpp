#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "dataplane/http/open_flows.hpp"
#include "dataplane/http/question.hpp"
#include "dataplane/usage/usage.hpp"
#include "platform/routing/router.hpp"

namespace kontor::dataplane::http {

struct DataProxyOptions {
  std::string public_url = "http://localhost";
  Duration source_timeout = std::chrono::seconds(30);  ///< until the source begins to answer
  std::size_t request_bytes_max = 16 * 1024 * 1024;    ///< of a request's body
  OpenFlowsLimits cache = {};
};

/// The public side of pulls: hands data from the source to whoever holds the flow's token, piece by piece, in
/// constant memory. A flow that is suspended, completed or terminated ends running answers too, whatever they
/// wait for. Used on the io thread.
class DataProxy {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    const source::SourceKinds& sources;
    usage::Usage& usage;
    replicas::Replicas& replicas;
  };
  DataProxy(Services services, DataProxyOptions options);

  /// Errors: unauthenticated without a token, forbidden with one that is not good for this data now,
  /// too_many_requests, and those of the source.
  Task<Result<platform::http::Response>> serve(platform::routing::Call call, platform::http::Request request);

 private:
  Services services_;
  DataProxyOptions options_;
  Asking asking_;
  std::shared_ptr<OpenFlows> flows_;
};

/// Binds the public routes. `proxy` must outlive the router.
void bind_routes(platform::routing::Router& router, DataProxy& proxy);

}  // namespace kontor::dataplane::http
