#include "app/foundation/http_client.hpp"

#include <cstdlib>

namespace kontor::app::foundation {
namespace {

std::string configured_or(const std::string& configured, const char* variable) {
  if (!configured.empty()) return configured;
  const char* value = std::getenv(variable);
  return value ? value : "";
}

}  // namespace

config::Fields fields_of(config::Type<HttpClientConfig>) {
  using C = HttpClientConfig;
  using config::field;
  return {
      field("certificate_authority_file", &C::certificate_authority_file,
            "authorities that servers' certificates are checked against, PEM; empty: the system's"),
      field("certificate_file", &C::certificate_file,
            "our certificate where servers ask for one (mTLS), PEM"),
      field("private_key_file", &C::private_key_file, "its private key, PEM"),
      field("allowed_networks", &C::allowed_networks,
            "networks (10.0.0.0/8) that addresses given by tenants and other parties may reach although they "
            "are private"),
      field(
          "plain_http_hosts", &C::plain_http_hosts,
          "hosts (host or host:port), of those addresses, that are sent secrets without TLS; everybody else "
          "is sent them over https alone"),
      field("https_proxy", &C::https_proxy, "proxy for https; empty: the variable HTTPS_PROXY"),
      field("no_proxy", &C::no_proxy,
            "hosts that are reached without the proxy; empty: the variable NO_PROXY"),
      field("connections_per_host_max", &C::connections_per_host_max, "connections to one host at a time")
          .at_least(1),
      field("idle_connections_max", &C::idle_connections_max,
            "connections kept open for the next request, all hosts"),
      field("connect_timeout", &C::connect_timeout, "time for connecting and the TLS handshake")
          .at_least(std::chrono::milliseconds(10)),
      field("idle_timeout", &C::idle_timeout, "time that an idle connection is kept"),
  };
}

Result<void> validate(const HttpClientConfig& config) {
  if (config.certificate_file.empty() == config.private_key_file.empty()) return {};
  return fail(ErrorCode::invalid_input,
              "certificate_file and private_key_file are given together or not at all");
}

Result<assembly::Built<HttpClientAssembly::Provides>> HttpClientAssembly::build(Requires needs,
                                                                                const Config& config) {
  const platform::http::ClientConfig client{
      .tls = {config.certificate_authority_file, config.certificate_file, config.private_key_file},
      .allowed_networks = config.allowed_networks,
      .https_proxy = configured_or(config.https_proxy, "HTTPS_PROXY"),
      .no_proxy = configured_or(config.no_proxy, "NO_PROXY"),
      .connections_per_host_max = config.connections_per_host_max,
      .idle_connections_max = config.idle_connections_max,
      .connect_timeout = config.connect_timeout,
      .idle_timeout = config.idle_timeout,
  };
  auto made = platform::http::make_client(needs.get<platform::async::Scope>(),
                                          needs.get<platform::async::Clock>(), client);
  if (!made) return fail(std::move(made.error()));
  auto secrets = std::make_unique<platform::http::SecretClient>(**made, config.plain_http_hosts);
  return assembly::Built<Provides>{std::move(*made), std::move(secrets)};
}

}  // namespace kontor::app::foundation
