#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "dataplane/file/assembly.hpp"
#include "dataplane/push/assembly.hpp"
#include "platform/http/server.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/data_plane/data_plane.hpp"

/// For tests: a data plane that pushes and receives, over a folder, and whoever receives.
namespace kontor::dataplane::push::testing {

namespace async = platform::async;
using kontor::testing::RealLoop;

using Plane = kontor::testing::DataPlane;

/// Does within a test's patience what may take minutes.
inline HttpPushConfig impatient() {
  return {.https_only = false,
          .attempts_max = 3,
          .retry_delay_min = std::chrono::milliseconds(1),
          .retry_delay_max = std::chrono::milliseconds(5),
          .stall_timeout = std::chrono::milliseconds(500),
          .take_over_after = std::chrono::milliseconds(300)};
}

/// One life of a plane that pushes and receives, with its files in `files` of the folder.
inline std::unique_ptr<Plane> plane_for_pushes(RealLoop& loop, Plane::Options options,
                                               const HttpPushConfig& config = impatient()) {
  const auto files = options.folder / "files";
  std::filesystem::create_directories(files);
  options.kinds = HttpPushAssembly::kinds();
  options.usage.written_within = std::chrono::milliseconds(1);
  auto plane = std::make_unique<Plane>(loop, std::move(options));
  plane->parts().add<file::FileDataPlaneAssembly>({.root = files.string()});
  plane->parts().add<HttpPushAssembly>(config);
  plane->open();
  return plane;
}

/// What the plane's edge says of it.
inline void may_serve(Plane& plane, Result<void> may) {
  plane.replicas().serve_while([may = std::move(may)] { return may; });
}

/// Whoever receives, if it is not one of our planes: a server on loopback that keeps what it was sent.
class Receiver {
 public:
  explicit Receiver(RealLoop& loop)
      : loop_(loop), scope_(loop.executor()), signal_(loop.executor(), loop.clock()) {
    auto listener = web::listen(scope_, loop.clock(), {},
                                [this](web::Request request) { return answer(std::move(request)); });
    invariant(listener.has_value(), "a test's server listens");
    listener_ = std::move(*listener);
  }
  ~Receiver() { loop_.run(scope_.close()); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_->port()); }
  std::string address() const {
    return R"({"@type":"DataAddress","endpointType":"HttpData","endpoint":")" + url() +
           R"(/in","endpointProperties":[{"@type":"EndpointProperty","name":"authorization","value":"t"},)"
           R"({"@type":"EndpointProperty","name":"authType","value":"bearer"},)"
           R"({"@type":"EndpointProperty","name":"partPaths","value":"true"}]})";
  }
  /// Until this many requests have come.
  Task<void> requests_have_come(std::size_t count) {
    while (requests.size() < count) {
      const auto ticket = signal_.ticket();
      if (requests.size() >= count) break;
      if (!co_await signal_.wait(ticket, async::Deadline::after(loop_.clock(), std::chrono::seconds(10))))
        break;
    }
  }
  std::size_t times(const std::string& target) const {
    return static_cast<std::size_t>(std::ranges::count(requests, target, &web::Request::target));
  }

  std::vector<web::Request> requests;
  std::map<std::string, std::vector<unsigned>> statuses;  ///< of the next requests to a target; then 200
  std::string silent_once_at;
  std::string silent_at;  ///< a target that is not answered

 private:
  Task<web::Response> answer(web::Request request) {
    const auto target = request.target;
    requests.push_back(std::move(request));
    signal_.notify();
    const bool once = target == silent_once_at;
    if (once) silent_once_at.clear();
    if (once || target == silent_at) {
      [[maybe_unused]] auto waited = co_await loop_.clock().wait_until(Instant::max());
    }
    if (target == "/token")
      co_return web::Response{.body = {.text = R"({"access_token":"t","expires_in":60})"}};
    auto& planned = statuses[target];
    web::Response response;
    if (!planned.empty()) {
      response.status = planned.front();
      planned.erase(planned.begin());
    }
    co_return response;
  }

  RealLoop& loop_;
  async::Scope scope_;
  async::Signal signal_;
  std::unique_ptr<web::Listener> listener_;
};

}  // namespace kontor::dataplane::push::testing
