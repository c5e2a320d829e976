#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/http/message.hpp"

namespace kontor::platform::http {

struct ServerTls {
  std::string certificate_file;  ///< PEM chain
  std::string private_key_file;
  std::string client_authority_file;  ///< set: clients must show a certificate of it (mTLS)
};

struct ListenerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one, see `port()`
  std::optional<ServerTls> tls = {};
  std::size_t header_bytes_max = 32 * 1024;
  std::size_t body_bytes_max = 1024 * 1024;  ///< of a collected request body
  bool stream_requests = false;              ///< hand request bodies over as they come
  std::size_t connections_max = 10'000;
  Duration header_timeout = std::chrono::seconds(10);  ///< from the first byte to the end of the header
  Duration body_timeout = std::chrono::seconds(60);    ///< without progress
  Duration idle_timeout = std::chrono::seconds(75);
};

/// One listening address. Requests on a connection are answered in order; a handler runs as a task of the
/// scope.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual std::uint16_t port() const = 0;
  /// Stops accepting, lets requests under way end until the deadline (their connections close after the
  /// answer), then closes what is left.
  virtual Task<void> drain(async::Deadline deadline) = 0;
};

/// Errors: invalid_input (address in use, certificate unreadable: the text says which and what to do).
Result<std::unique_ptr<Listener>> listen(async::Scope& scope, async::Clock& clock, ListenerConfig config,
                                         Handler handler);

}  // namespace kontor::platform::http
