#pragma once

#include <cstdint>

#include "dataplane/file/file_sink.hpp"
#include "dataplane/push/flow_watch.hpp"
#include "dataplane/push/wire.hpp"
#include "dataplane/replicas/replicas.hpp"
#include "dataplane/usage/usage.hpp"
#include "domain/data_flow/decide.hpp"
#include "platform/async/interruption.hpp"
#include "platform/async/scope.hpp"
#include "platform/routing/router.hpp"

namespace kontor::dataplane::push {

namespace async = platform::async;

struct InboxOptions {
  std::uint64_t part_bytes_max = 1ULL << 40;  ///< of one part
  std::uint64_t flow_bytes_max = 1ULL << 42;  ///< of all that a flow takes, repetitions included
  std::uint64_t flow_parts_max = 100'000;
};

/// The folder in which the parts of a flow land, below that of its context.
std::string folder_of(const domain::data_flow::DataFlow& flow);

/// Where the provider of a push sends: takes parts into files of the flow's context, for whoever holds the
/// flow's token, as long as it is open: one that comes in when its flow is closed ends with it. A part is
/// acknowledged when it is durable; one that comes again replaces itself. Used on the io thread.
class Inbox {
 public:
  struct Services {
    async::Scope& scope;
    platform::engine::Engine& engine;
    FlowWatch& watch;
    file::FileSink& sink;
    usage::Usage& usage;
    const replicas::Replicas& replicas;
  };
  Inbox(Services services, InboxOptions options) : services_(services), options_(options) {}

  /// Errors: unauthenticated (no token), forbidden (one that is not good for this flow now),
  /// too_many_requests, invalid_input (a name that leads elsewhere, another digest than the one that was
  /// sent), too_large, storage_failed, unavailable (the plane serves nobody now).
  Task<Result<web::Response>> receive(platform::routing::Call call, web::Request request);

 private:
  Services services_;
  InboxOptions options_;
};

/// Binds the public routes. `inbox` must outlive the router.
void bind_routes(platform::routing::Router& router, Inbox& inbox);

}  // namespace kontor::dataplane::push
