#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/random/random.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/task.hpp"
#include "testing/async/seeded_random.hpp"
#include "testing/async/virtual_clock.hpp"

namespace kontor::testing {

namespace detail {
template <class T>
Task<void> keep_result(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await std::move(task));
}
}  // namespace detail

/// What a test needs to drive coroutines: an event loop, a clock and random bytes. `run` returns what the
/// task returns and rethrows what it throws; tasks that the test spawned elsewhere go on in the next `run`
/// (close their scopes in the task). Objects that need `executor()` or `clock()` are made after the loop and
/// destroyed before it.
class EventLoop {
 public:
  virtual ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  boost::asio::any_io_executor executor();
  virtual platform::async::Clock& clock() = 0;
  Random& random() { return random_; }
  /// Lets everything run that is ready now.
  Task<void> turn();

  void run(Task<void> task);
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    run(detail::keep_result(std::move(task), result));
    return std::move(*result);
  }

 protected:
  struct Loop;
  EventLoop();
  /// Runs at least one thing that is ready or becomes so.
  virtual void step(Loop& loop) = 0;

 private:
  std::unique_ptr<Loop> loop_;
  SeededRandom random_{1};
};

/// Real time: for sockets, threads and processes.
class RealLoop : public EventLoop {
 public:
  RealLoop();
  ~RealLoop() override;
  platform::async::Clock& clock() override { return *clock_; }

 private:
  void step(Loop& loop) override;
  std::unique_ptr<platform::async::Clock> clock_;
};

/// Virtual time. By itself, time moves to the next alarm as soon as nothing can run: hours pass in
/// microseconds, and a wait that nothing can end stops the test with a message instead of hanging. It does
/// not know of work on other threads or in the kernel: with those, use `TimeMoves::by_hand` and
/// `clock().advance(…)`, or RealLoop.
class VirtualLoop : public EventLoop {
 public:
  enum class TimeMoves : std::uint8_t { when_idle, by_hand };

  explicit VirtualLoop(TimeMoves moves = TimeMoves::when_idle);
  ~VirtualLoop() override;
  VirtualClock& clock() override { return clock_; }

  static Instant start();  ///< 2026-01-01T00:00:00Z

  /// With time that moves by hand: lets everything run until it is so, time moving on by `step` at each turn.
  /// False when it is not so after `patience`, which is real time: disk and network take it.
  bool eventually(const std::function<bool()>& so, Duration step = {},
                  Duration patience = std::chrono::seconds(30));

 private:
  void step(Loop& loop) override;
  TimeMoves moves_;
  VirtualClock clock_{start()};
};

/// Drives `task` to its end in real time on an event loop of its own.
template <class T>
T run(Task<T> task) {
  RealLoop loop;
  return loop.run(std::move(task));
}

}  // namespace kontor::testing
