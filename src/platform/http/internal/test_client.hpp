#pragma once

#include <memory>
#include <string>
#include <utility>

#include "platform/async/scope.hpp"
#include "platform/http/client.hpp"
#include "testing/async/run.hpp"

/// For tests: a client, and the loop that it runs on.
namespace kontor::platform::http {

template <class Loop = testing::RealLoop>
class TestClient {
 public:
  explicit TestClient(ClientConfig config = {}) : TestClient(std::move(config), std::tuple<>()) {}
  template <class... LoopArguments>
  TestClient(ClientConfig config, std::tuple<LoopArguments...> arguments)
      : loop_(std::make_from_tuple<Loop>(arguments)), scope_(loop_.executor()) {
    auto client = make_client(scope_, loop_.clock(), config);
    invariant(client.has_value(), "a test's client can be made");
    client_ = std::move(*client);
  }
  ~TestClient() { loop_.run(scope_.close()); }

  Loop& loop() { return loop_; }
  auto& clock() { return loop_.clock(); }
  async::Scope& scope() { return scope_; }
  Client& client() { return *client_; }

  SendOptions options(Duration within = std::chrono::seconds(10)) {
    return {.deadline = async::Deadline::after(loop_.clock(), within), .trust = Trust::configured};
  }
  Result<Response> send(Request request) { return send(std::move(request), options()); }
  Result<Response> send(Request request, SendOptions send_options) {
    return loop_.run(client_->send(std::move(request), send_options));
  }
  Result<Response> get(std::string url) { return send(Request{.target = std::move(url)}); }

 private:
  Loop loop_;
  async::Scope scope_;
  std::unique_ptr<Client> client_;
};

}  // namespace kontor::platform::http
