#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "platform/http/internal/reader.hpp"
#include "platform/http/internal/tcp.hpp"
#include "platform/http/internal/tls.hpp"
#include "platform/http/internal/upgrade.hpp"
#include "platform/http/internal/writer.hpp"
#include "platform/http/server.hpp"

namespace kontor::platform::http {

/// What the connections of a listener share.
struct ServerContext {
  ListenerConfig config;
  async::Clock& clock;
  Handler handler;
  std::shared_ptr<const TlsContext> tls = {};
  DateText date = {};
  bool draining = false;
  PipeBudget pipes = {};
};

/// One connection from its first byte to its last: requests in their order, one at a time.
class ServerConnection {
 public:
  /// One that is `surplus` (above the listener's bound) hears 503.
  ServerConnection(ServerContext& server, Accepted accepted, bool surplus);
  ~ServerConnection();

  Task<void> serve();
  /// Closes the connection if it waits for a request.
  void close_if_idle();
  void abort();

 private:
  class RequestBody;

  Task<bool> secure();
  Task<bool> wait_for_request();
  Task<bool> serve_request();
  Task<void> switch_protocols(Upgrade& upgrade);
  Task<Result<Body>> receive_body(const Head& head);
  Task<Result<std::string>> collect_body();
  Task<Result<std::string>> read_body_piece();
  Task<Result<void>> encourage();
  Task<bool> send(const Head& head, Response& response);
  Task<Result<void>> send_body(Response& response, Framing framing);
  Task<bool> discard_body();
  Task<bool> refuse(unsigned status, std::string_view reason);
  Task<bool> refuse(const Error& error, bool in_head);
  Task<void> part();
  void allow(Duration duration) { stream_->set_deadline(server_.clock.now() + duration); }

  ServerContext& server_;
  std::unique_ptr<Stream> stream_;
  std::optional<Reader> reader_;
  std::string peer_address_;
  std::optional<std::string> peer_subject_;
  std::string head_text_;
  std::shared_ptr<RequestBody> request_body_;
  bool surplus_;
  bool idle_ = false;
  bool served_ = false;
  bool waits_for_continue_ = false;
};

}  // namespace kontor::platform::http
