#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "platform/async/task.hpp"

namespace kontor::platform::async {

/// An event loop inside of somebody else's program: it runs on a thread of theirs and takes no signals.
/// Objects that need `executor()` are made after it and destroyed before it.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();

  boost::asio::any_io_executor executor();
  /// Makes this thread the io thread until `task` has ended; what runs besides goes on in the next `run`.
  void run(Task<void> task);
  /// From any thread: whether this one is the io thread now.
  bool runs_here() const;
  /// From any thread: `call` runs on the io thread, soon, and not before `run`. What never ran is destroyed
  /// with the loop.
  void post(std::function<void()> call);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::platform::async
