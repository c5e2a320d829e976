#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "platform/async/scope.hpp"
#include "platform/http/server.hpp"
#include "testing/async/run.hpp"

namespace kontor::data_planes {

namespace async = platform::async;
namespace http = platform::http;

/// What every file of a source holds.
std::string content_of(const std::string& name);

/// Where planes get data, while its event loop runs: `/file/{name}` is sent at a pace that leaves time for
/// something to happen; `/stream/{name}` goes on for ever at that pace, `/flood/{name}` as fast as it is
/// taken.
class Source {
 public:
  explicit Source(testing::EventLoop& loop);
  ~Source();

  int port() const { return listener_->port(); }
  /// What was handed to connections of all that was sent under a name, repetitions included.
  std::uint64_t handed(const std::string& name) const;
  std::size_t under_way() const { return *under_way_; }

 private:
  Task<http::Response> answer(http::Request request);

  testing::EventLoop& loop_;
  async::Scope scope_;
  std::shared_ptr<std::map<std::string, std::uint64_t>> handed_;
  std::shared_ptr<std::size_t> under_way_;
  std::unique_ptr<http::Listener> listener_;
};

}  // namespace kontor::data_planes
