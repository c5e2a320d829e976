#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/http/assembly.hpp"
#include "platform/http/server.hpp"
#include "protocol/dps/http_profile.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/data_plane/data_plane.hpp"

/// For tests: a whole data plane over a folder, and the world around it.
namespace kontor::dataplane::http::testing {

namespace async = platform::async;
namespace web = platform::http;
namespace dps = protocol::dps;
using kontor::testing::RealLoop;

/// Bodies that never end.
class EndlessBody : public web::BodyStream {
 public:
  Task<Result<std::string>> read() override { co_return std::string(16 * 1024, 'x'); }
};

/// Pieces that a test says, one after the other; it never ends.
class EventsBody : public web::BodyStream {
 public:
  explicit EventsBody(RealLoop& loop, std::optional<std::uint64_t> announced = std::nullopt)
      : signal_(loop.executor(), loop.clock()), announced_(announced) {}

  void say(std::string piece) {
    said_.push_back(std::move(piece));
    signal_.notify();
  }
  std::optional<std::uint64_t> length_bytes() const override { return announced_; }
  Task<Result<std::string>> read() override {
    for (;;) {
      const auto ticket = signal_.ticket();
      if (!said_.empty()) {
        auto piece = std::move(said_.front());
        said_.pop_front();
        co_return piece;
      }
      const bool more = co_await signal_.wait(ticket, async::Deadline::never());
      if (!more) co_return fail(ErrorCode::cancelled, "nothing more is said");
    }
  }

 private:
  async::Signal signal_;
  std::optional<std::uint64_t> announced_;
  std::deque<std::string> said_;
};

/// The source of data, the control plane and the token service: one server on loopback that keeps what it was
/// asked.
class World {
 public:
  explicit World(RealLoop& loop)
      : loop_(loop), scope_(loop.executor()), signal_(loop.executor(), loop.clock()) {
    data.reserve(500'000);
    for (std::size_t i = 0; data.size() < 500'000; ++i) data += std::to_string(i) + ",";
    auto listener = web::listen(scope_, loop.clock(), {},
                                [this](web::Request request) { return answer(std::move(request)); });
    invariant(listener.has_value(), "a test's server listens");
    listener_ = std::move(*listener);
  }
  ~World() { loop_.run(scope_.close()); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_->port()); }
  /// The first request to a path with this part, as soon as there is one.
  Task<web::Request> request_with(std::string part) {
    for (;;) {
      const auto ticket = signal_.ticket();
      for (const auto& request : requests) {
        if (request.target.contains(part)) co_return request;
      }
      const bool more =
          co_await signal_.wait(ticket, async::Deadline::after(loop_.clock(), std::chrono::seconds(10)));
      if (!more) co_return web::Request{.method = "none"};
    }
  }

  std::string data;
  std::vector<web::Request> requests;
  std::shared_ptr<EventsBody> events;  ///< of the newest request for them
  std::weak_ptr<EndlessBody> endless;  ///< the same, as long as it is asked for
  std::size_t begun = 0;               ///< requests that have come, answered or not

 private:
  Task<web::Response> answer(web::Request request) {
    web::Response response;
    ++begun;
    response.headers.set("ETag", "\"1\"");
    response.headers.set("Set-Cookie", "a=b");
    const auto path = request.target.substr(0, request.target.find('?'));
    if (path == "/token") {
      response.body.text = R"({"access_token":"ours","expires_in":600})";
    } else if (path == "/redirect") {
      response.status = 302;
      response.headers.set("Location", url() + "/data");
    } else if (path == "/broken") {
      response.status = 503;
      response.headers.set("Retry-After", "7");
      response.body.text = "not today";
    } else if (path == "/forbidden" || path == "/closed") {
      response.status = path == "/closed" ? 401 : 403;
      response.headers.set("WWW-Authenticate", "Basic");
    } else if (path == "/packed") {
      response.headers.set("Content-Encoding", "gzip");
      response.body.text = "octets";
    } else if (path == "/silent") {
      [[maybe_unused]] auto waited = co_await loop_.clock().wait_until(Instant::max());
    } else if (path == "/events") {
      response.headers.set("Content-Type", "text/event-stream");
      events = std::make_shared<EventsBody>(loop_);
      response.body.stream = events;
    } else if (path == "/huge") {
      constexpr std::uint64_t huge = 1ULL << 40;
      events = std::make_shared<EventsBody>(loop_, huge);
      response.body.stream = events;
    } else if (path == "/endless") {
      auto body = std::make_shared<EndlessBody>();
      endless = body;
      response.body.stream = std::move(body);
    } else if (request.headers.get("If-None-Match") == "\"1\"") {
      response.status = 304;
    } else if (const auto range = request.headers.get("Range")) {
      response.status = 206;
      response.headers.set("Content-Range", "bytes 0-9/" + std::to_string(data.size()));
      response.body.text = data.substr(0, 10);
    } else {
      response.headers.set("Content-Type", "text/csv");
      response.body.text = data;
    }
    requests.push_back(std::move(request));
    signal_.notify();
    co_return response;
  }

  RealLoop& loop_;
  async::Scope scope_;
  async::Signal signal_;
  std::unique_ptr<web::Listener> listener_;
};

using Plane = kontor::testing::DataPlane;

/// One life of a plane that serves pulls.
inline std::unique_ptr<Plane> plane_for_pulls(RealLoop& loop, Plane::Options options,
                                              HttpDataPlaneConfig config) {
  config.request_bytes_max = 100'000;
  auto plane = std::make_unique<Plane>(loop, std::move(options));
  plane->parts().add<HttpDataPlaneAssembly>(config);
  plane->open();
  return plane;
}

}  // namespace kontor::dataplane::http::testing
