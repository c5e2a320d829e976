#pragma once

#include <memory>
#include <string>

#include "platform/async/scope.hpp"
#include "platform/http/server.hpp"
#include "testing/async/run.hpp"

namespace kontor::journey {

/// A source that never ends: server-sent events on loopback, one each few milliseconds, while the loop runs.
class Sensor {
 public:
  explicit Sensor(testing::EventLoop& loop);
  ~Sensor();
  Sensor(const Sensor&) = delete;
  Sensor& operator=(const Sensor&) = delete;

  std::string url() const;

 private:
  testing::EventLoop& loop_;
  platform::async::Scope scope_;
  std::unique_ptr<platform::http::Listener> listener_;
};

}  // namespace kontor::journey
