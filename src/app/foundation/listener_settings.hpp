#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "platform/config/field.hpp"
#include "platform/http/server.hpp"

namespace kontor::app::foundation {

namespace config = platform::config;

struct TlsSettings {
  std::string certificate_file;
  std::string private_key_file;
  std::string client_authority_file;
};
config::Fields fields_of(config::Type<TlsSettings>);

/// One listening address as the operator configures it.
struct ListenerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::optional<TlsSettings> tls;
  std::size_t connections_max = 10'000;
  std::size_t header_bytes_max = 32 * 1024;
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds idle_timeout{75'000};
};
config::Fields fields_of(config::Type<ListenerSettings>);

/// Requests are handed over as streams: the router collects bodies up to its bound, raw handlers stream.
platform::http::ListenerConfig listener_config(const ListenerSettings& settings);

/// `https://0.0.0.0:8443`, for log lines.
std::string origin_of(const ListenerSettings& settings, std::uint16_t port);

}  // namespace kontor::app::foundation
