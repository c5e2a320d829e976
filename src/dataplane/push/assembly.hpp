#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/file/assembly.hpp"
#include "dataplane/push/http_push.hpp"
#include "dataplane/push/inbox.hpp"
#include "dataplane/signaling/data_flows.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"

namespace kontor::dataplane::push {

struct HttpPushConfig {
  std::vector<std::string> profiles{"HttpData-PUSH", "https://w3id.org/dspace-sig/profile/http-push"};
  bool https_only = true;
  std::size_t parallel = 5;
  std::uint32_t attempts_max = 6;
  std::chrono::milliseconds retry_delay_min{500};
  std::chrono::milliseconds retry_delay_max{10'000};
  std::chrono::milliseconds stall_timeout{60'000};
  std::chrono::milliseconds take_over_after{10'000};
  std::uint64_t part_bytes_max = 1ULL << 40;
  std::uint64_t flow_bytes_max = 1ULL << 42;
  std::uint64_t flow_parts_max = 100'000;
};
platform::config::Fields fields_of(platform::config::Type<HttpPushConfig>);

/// Pushes over HTTP, in both roles.
struct HttpPushAssembly {
  static constexpr std::string_view name = "http-push";
  using Requires =
      platform::assembly::Services<platform::async::Scope, signaling::DataFlows, signaling::AccessTokens,
                                   platform::engine::Engine, platform::vault::Vault, platform::http::Client,
                                   source::SourceKinds, file::FileSink, platform::routing::Router,
                                   platform::endpoints::Endpoints, usage::Usage, replicas::Replicas>;
  using Provides = platform::assembly::Services<FlowWatch, Sender, HttpPush, Inbox>;
  using Config = HttpPushConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static std::vector<const entity::Kind*> kinds() { return {&domain::push::Machine::kind()}; }
};

}  // namespace kontor::dataplane::push
