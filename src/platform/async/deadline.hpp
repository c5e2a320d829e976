#pragma once

#include <optional>
#include <utility>

#include "platform/async/clock.hpp"
#include "platform/async/task.hpp"

namespace kontor::platform::async {

namespace detail {

enum class Outcome : std::uint8_t { ended, expired, cancelled };

/// Runs `task` to its end, cancelling it at the deadline or with the awaiting task.
Task<Outcome> run_until(Clock& clock, Deadline deadline, Task<void> task);

std::unexpected<Error> gave_up(Outcome outcome, std::optional<Error> cause);

template <class T>
Task<void> keep_result(Task<Result<T>> task, std::optional<Result<T>>& out) {
  auto result = co_await std::move(task);
  out.emplace(std::move(result));
}

}  // namespace detail

/// Runs `task`, but gives up at the deadline: the task is cancelled and, once it has ended, `timeout` is the
/// result. A task that succeeds nevertheless keeps its success. Closing the awaiting scope cancels the task
/// too. When the deadline has passed already the task is not started. The task must end when it is cancelled:
/// all waits of this platform do, work given to an Offload does not.
template <class T>
Task<Result<T>> with_deadline(Clock& clock, Deadline deadline, Task<Result<T>> task) {
  std::optional<Result<T>> result;
  auto outcome = co_await detail::run_until(clock, deadline, detail::keep_result(std::move(task), result));
  if (!result) co_return detail::gave_up(outcome, std::nullopt);
  if (result->has_value() || outcome == detail::Outcome::ended) co_return std::move(*result);
  co_return detail::gave_up(outcome, std::move(result->error()));
}

}  // namespace kontor::platform::async
