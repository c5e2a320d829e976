#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "platform/async/scope.hpp"
#include "platform/http/internal/test_peer.hpp"
#include "platform/http/server.hpp"
#include "testing/async/run.hpp"

/// For tests: a real server on loopback, and the loop that it runs on.
namespace kontor::platform::http {

/// Answers with what it was asked.
inline Task<Response> echo(Request request) {
  Response response;
  response.headers.add("X-Method", request.method);
  response.headers.add("X-Target", request.target);
  response.body = std::move(request.body);
  co_return response;
}

template <class Loop = testing::RealLoop>
class TestServer {
 public:
  explicit TestServer(ListenerConfig config = {}, Handler handler = echo)
      : TestServer(std::move(config), handler, {}) {}
  template <class... LoopArguments>
  TestServer(ListenerConfig config, Handler handler, std::tuple<LoopArguments...> arguments)
      : loop_(std::make_from_tuple<Loop>(arguments)), scope_(loop_.executor()) {
    auto listener = listen(scope_, loop_.clock(), std::move(config), std::move(handler));
    invariant(listener.has_value(), "a test's server listens");
    listener_ = std::move(*listener);
  }
  ~TestServer() {
    loop_.run(scope_.close());
    listener_.reset();
  }

  Loop& loop() { return loop_; }
  auto& clock() { return loop_.clock(); }
  async::Scope& scope() { return scope_; }
  Listener& listener() { return *listener_; }
  std::uint16_t port() const { return listener_->port(); }

  /// Sends bytes on a connection of their own and returns everything that comes back until it closes.
  std::string exchange(std::string bytes) {
    return loop_.run(exchange_on(clock(), port(), std::move(bytes)));
  }

  /// Lets what was sent over loopback arrive and be handled.
  Task<void> settle() {
    for (int i = 0; i < 100; ++i) co_await loop_.turn();
  }

 private:
  static Task<std::string> exchange_on(async::Clock& clock, std::uint16_t port, std::string bytes) {
    auto peer = co_await TestPeer::connect(clock, port);
    co_await peer.send(std::move(bytes));
    auto answer = co_await peer.read_to_end();
    co_return answer;
  }

  Loop loop_;
  async::Scope scope_;
  std::unique_ptr<Listener> listener_;
};

/// A server on a clock that the test moves.
class HandClockServer : public TestServer<testing::VirtualLoop> {
 public:
  explicit HandClockServer(ListenerConfig config = {}, Handler handler = echo)
      : TestServer(std::move(config), std::move(handler),
                   std::tuple(testing::VirtualLoop::TimeMoves::by_hand)) {}
};

}  // namespace kontor::platform::http
