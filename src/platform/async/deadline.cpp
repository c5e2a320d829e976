#include "platform/async/deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/async/waiter.hpp"

namespace kontor::platform::async::detail {
namespace {

namespace asio = boost::asio;

Task<void> without_throwing(Task<void> task) {
  co_await asio::this_coro::throw_if_cancelled(false);
  auto was_cancelled = co_await cancelled();
  if (was_cancelled) co_return;
  co_await std::move(task);
}

}  // namespace

Task<Outcome> run_until(Clock& clock, Deadline deadline, Task<void> task) {
  auto outer = co_await asio::this_coro::cancellation_state;
  if (outer.cancelled() != asio::cancellation_type::none) co_return Outcome::cancelled;
  if (deadline.passed(clock)) co_return Outcome::expired;

  auto executor = co_await asio::this_coro::executor;
  asio::cancellation_signal inner;
  auto outcome = Outcome::ended;
  auto give_up = [&inner, &outcome](Outcome why) {
    if (outcome != Outcome::ended) return;
    outcome = why;
    inner.emit(asio::cancellation_type::terminal);
  };
  auto alarm = clock.alarm(deadline.at, [give_up] { give_up(Outcome::expired); });
  auto outer_slot = outer.slot();
  if (outer_slot.is_connected())
    outer_slot.assign([give_up](asio::cancellation_type) { give_up(Outcome::cancelled); });

  // The one completion of the inner task is awaited, whether it ends by itself or because it was cancelled:
  // nothing is left running, and a failure is passed on at once.
  auto token = asio::as_tuple(asio::bind_cancellation_slot(inner.slot(), asio::use_awaitable));
  auto [defect] = co_await asio::co_spawn(executor, without_throwing(std::move(task)), token);
  if (defect) std::rethrow_exception(defect);
  co_return outcome;
}

std::unexpected<Error> gave_up(Outcome outcome, std::optional<Error> cause) {
  auto timed_out = outcome == Outcome::expired;
  auto code = timed_out ? ErrorCode::timeout : ErrorCode::cancelled;
  auto text = timed_out ? "the deadline passed" : "the task was cancelled";
  if (!cause) return fail(code, "{}", text);
  return fail_as(code, std::move(*cause), "{}", text);
}

}  // namespace kontor::platform::async::detail
