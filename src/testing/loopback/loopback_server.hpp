#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/server.hpp"
#include "testing/async/run.hpp"

namespace kontor::testing {

/// Somebody else's server, on loopback: answers by path what the test says and keeps what it was asked. A
/// path that nothing was said about is answered 404. Made after the loop, destroyed before it.
class LoopbackServer {
 public:
  using Answer = std::function<platform::http::Response(const platform::http::Request&)>;

  /// On any port that is free, unless one is named.
  explicit LoopbackServer(EventLoop& loop, std::uint16_t port = 0);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string authority() const;  ///< `127.0.0.1:port`
  std::string url(std::string_view path = "") const;

  void answer(std::string path, Answer answer);
  void answer(std::string path, std::string body, unsigned status = 200);
  /// Takes requests for the path and never answers them.
  void keep_silent(std::string path);
  /// Closes the port: who connects is refused. Ends for good.
  void stop();

  /// The requests for a path (without query), their bodies as text.
  std::size_t asked(std::string_view path) const;
  const platform::http::Request& last(std::string_view path) const;

 private:
  struct Asked {
    std::string path;
    platform::http::Request request;
  };
  Task<platform::http::Response> serve(platform::http::Request request);

  EventLoop& loop_;
  platform::async::Scope scope_;
  platform::async::Signal never_;
  std::map<std::string, Answer, std::less<>> answers_;
  std::vector<Asked> asked_;
  std::uint16_t port_ = 0;
  std::unique_ptr<platform::http::Listener> listener_;
};

namespace detail {
template <class T>
Task<void> keep_at(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await std::move(task));
}
template <class T>
Task<void> run_all(platform::async::Scope& scope, std::vector<Task<T>> tasks,
                   std::vector<std::optional<T>>& results) {
  for (std::size_t i = 0; i < tasks.size(); ++i) scope.spawn(keep_at(std::move(tasks[i]), results[i]));
  co_await scope.drain();
}
}  // namespace detail

/// Runs tasks side by side until all have ended; their results in the order of the tasks.
template <class T>
std::vector<T> run_together(EventLoop& loop, std::vector<Task<T>> tasks) {
  std::vector<std::optional<T>> results(tasks.size());
  platform::async::Scope scope(loop.executor());
  loop.run(detail::run_all(scope, std::move(tasks), results));
  std::vector<T> values;
  for (auto& result : results) values.push_back(std::move(*result));
  return values;
}

}  // namespace kontor::testing
