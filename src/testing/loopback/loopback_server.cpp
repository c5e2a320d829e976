#include "testing/loopback/loopback_server.hpp"

#include <algorithm>

namespace kontor::testing {

namespace async = platform::async;
namespace http = platform::http;

namespace {

constexpr std::size_t body_bytes_max = 16 * 1024 * 1024;

http::ListenerConfig listening_at(std::uint16_t port) {
  http::ListenerConfig config;
  config.port = port;
  config.body_bytes_max = body_bytes_max;
  return config;
}

}  // namespace

LoopbackServer::LoopbackServer(EventLoop& loop, std::uint16_t port)
    : loop_(loop), scope_(loop.executor()), never_(loop.executor(), loop.clock()) {
  auto listener = http::listen(scope_, loop.clock(), listening_at(port),
                               [this](http::Request request) { return serve(std::move(request)); });
  invariant(listener.has_value(), "a test's server listens");
  listener_ = std::move(*listener);
  port_ = listener_->port();
}

LoopbackServer::~LoopbackServer() {
  loop_.run(scope_.close());
}

std::string LoopbackServer::authority() const {
  return "127.0.0.1:" + std::to_string(port_);
}

std::string LoopbackServer::url(std::string_view path) const {
  return "http://" + authority() + std::string(path);
}

void LoopbackServer::answer(std::string path, Answer answer) {
  answers_.insert_or_assign(std::move(path), std::move(answer));
}

void LoopbackServer::answer(std::string path, std::string body, unsigned status) {
  answer(std::move(path), [body = std::move(body), status](const http::Request&) {
    return http::Response{status, {}, {body, {}}};
  });
}

void LoopbackServer::keep_silent(std::string path) {
  answers_.insert_or_assign(std::move(path), nullptr);
}

void LoopbackServer::stop() {
  loop_.run(scope_.close());
  listener_.reset();
}

std::size_t LoopbackServer::asked(std::string_view path) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(asked_, [&](const Asked& each) { return each.path == path; }));
}

const http::Request& LoopbackServer::last(std::string_view path) const {
  const auto found =
      std::find_if(asked_.rbegin(), asked_.rend(), [&](const Asked& each) { return each.path == path; });
  invariant(found != asked_.rend(), "the path was asked for");
  return found->request;
}

Task<http::Response> LoopbackServer::serve(http::Request request) {
  auto body = co_await std::move(request.body).collect(body_bytes_max);
  request.body = {body.value_or(""), {}};
  const auto path = request.target.substr(0, request.target.find('?'));
  asked_.push_back({path, request});
  const auto found = answers_.find(path);
  if (found == answers_.end()) co_return http::Response{404, {}, {}};
  if (!found->second) {
    bool waits = true;
    while (waits) waits = co_await never_.wait(never_.ticket(), async::Deadline::never());
    co_return http::Response{503, {}, {}};
  }
  co_return found->second(request);
}

}  // namespace kontor::testing
