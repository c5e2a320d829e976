#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "platform/async/scope.hpp"
#include "platform/http/internal/test_peer.hpp"

/// For tests: a server that does what the test says, byte by byte, on each of its connections.
namespace kontor::platform::http {

class RawServer {
 public:
  /// `serve` gets each connection and its number, counted from 1.
  using Serve = std::function<Task<void>(TestPeer, int)>;

  RawServer(async::Scope& scope, async::Clock& clock, Serve serve)
      : state_(std::make_shared<State>(std::move(serve))) {
    auto socket = TcpListener::open(scope.executor(), clock, "127.0.0.1", 0);
    invariant(socket.has_value(), "a test's server listens");
    state_->socket = std::move(*socket);
    scope.spawn(accept(state_, scope));
  }

  std::uint16_t port() const { return state_->socket->port(); }
  int connections() const { return state_->connections; }
  std::string url(std::string path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port()) + path;
  }

 private:
  struct State {
    explicit State(Serve serve_connection) : serve(std::move(serve_connection)) {}
    Serve serve;
    std::unique_ptr<TcpListener> socket;
    int connections = 0;
  };

  static Task<void> accept(std::shared_ptr<State> state, async::Scope& scope) {
    while (true) {
      auto accepted = co_await state->socket->accept();
      if (!accepted) co_return;
      scope.spawn(state->serve(TestPeer(std::move(accepted->stream)), ++state->connections));
    }
  }

  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::http
