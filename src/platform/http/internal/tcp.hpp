#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "platform/async/clock.hpp"
#include "platform/http/guard.hpp"
#include "platform/http/internal/stream.hpp"

namespace kontor::platform::http {

struct Endpoint {
  AddressBytes address;
  std::uint16_t port;
};

struct Accepted {
  std::unique_ptr<Stream> stream;
  std::string peer_address;
};

/// Opens a connection. Errors: peer_unavailable, timeout, cancelled.
Task<Result<std::unique_ptr<Stream>>> connect_tcp(async::Clock& clock, Endpoint endpoint,
                                                  async::Deadline deadline);

/// A listening socket.
class TcpListener {
 public:
  /// Errors: invalid_input.
  static Result<std::unique_ptr<TcpListener>> open(boost::asio::any_io_executor executor, async::Clock& clock,
                                                   const std::string& address, std::uint16_t port);
  ~TcpListener();

  std::uint16_t port() const;
  /// The next connection. Errors: too_many_requests (no descriptors left), cancelled (closed),
  /// peer_unavailable (the peer left before it was accepted).
  Task<Result<Accepted>> accept();
  void close();

 private:
  struct State;
  explicit TcpListener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace kontor::platform::http
