#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/source/http_source.hpp"
#include "dataplane/source/source_kinds.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"

namespace kontor::dataplane::source {

struct HttpSourceConfig {
  std::chrono::milliseconds stall_timeout{60'000};
  std::vector<std::string> passed_to_source;
  std::vector<std::string> passed_to_asker;
  std::string counter_party_header;
  std::string agreement_header;
  std::string dataset_header;
  std::string flow_header;
};
platform::config::Fields fields_of(platform::config::Type<HttpSourceConfig>);

/// The kinds of sources, with HttpData among them; another kind adds itself in an assembly of its own.
struct HttpSourceAssembly {
  static constexpr std::string_view name = "http-source";
  using Requires =
      platform::assembly::Services<platform::async::Scope, platform::async::Clock, platform::http::Client,
                                   platform::http::SecretClient, platform::vault::Vault>;
  using Provides = platform::assembly::Services<SourceKinds, HttpSourceKind>;
  using Config = HttpSourceConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::dataplane::source
