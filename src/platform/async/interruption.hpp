#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/result/result.hpp"
#include "platform/async/task.hpp"

namespace kontor::platform::async {

/// Something that is over once somebody says so, whatever it waits for at that moment. Said once and for all.
/// Used on the io thread; `interrupt` runs nothing of the task inline.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  void interrupt();
  bool interrupted() const;
  /// What has to happen at once when it is over beside the end of the task; now, if it is over. An empty
  /// function takes it back. It ends before this does.
  void on_interrupt(std::function<void()> act);

  /// Runs `task`, and cancels it when it is over: `cancelled` is the result then, also of a task that
  /// succeeds nevertheless, and of one that begins later. Closing the awaiting scope cancels the task, too.
  /// One task at a time; it must end when it is cancelled.
  template <class T>
  Task<Result<T>> run(Task<Result<T>> task) {
    std::optional<Result<T>> result;
    co_await run_task(keep(std::move(task), result));
    if (!result || interrupted()) co_return fail(ErrorCode::cancelled, "it is over");
    co_return std::move(*result);
  }

 private:
  struct State;

  template <class T>
  static Task<void> keep(Task<Result<T>> task, std::optional<Result<T>>& out) {
    auto result = co_await std::move(task);
    out.emplace(std::move(result));
  }
  Task<void> run_task(Task<void> task);

  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::async
