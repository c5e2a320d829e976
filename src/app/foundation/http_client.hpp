#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "platform/assembly/assembly.hpp"
#include "platform/async/scope.hpp"
#include "platform/config/field.hpp"
#include "platform/http/secret_client.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;
namespace config = platform::config;

struct HttpClientConfig {
  std::string certificate_authority_file;
  std::string certificate_file;
  std::string private_key_file;
  std::vector<std::string> allowed_networks;
  std::vector<std::string> plain_http_hosts;
  std::string https_proxy;
  std::string no_proxy;
  std::size_t connections_per_host_max = 64;
  std::size_t idle_connections_max = 256;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds idle_timeout{60'000};
};
config::Fields fields_of(config::Type<HttpClientConfig>);
/// A client certificate has a key and the reverse.
Result<void> validate(const HttpClientConfig& config);

/// The one client that all requests of the process go through. Proxies come from HTTPS_PROXY and NO_PROXY
/// unless configured.
struct HttpClientAssembly {
  static constexpr std::string_view name = "http-client";
  using Requires = assembly::Services<platform::async::Scope, platform::async::Clock>;
  using Provides = assembly::Services<platform::http::Client, platform::http::SecretClient>;
  using Config = HttpClientConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::app::foundation
