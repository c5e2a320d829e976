#include "platform/async/interruption.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/async/waiter.hpp"

namespace kontor::platform::async {

namespace asio = boost::asio;

struct Interruption::State {
  bool over = false;
  asio::cancellation_signal* running = nullptr;
  std::function<void()> act = {};
};

Interruption::Interruption() : state_(std::make_shared<State>()) {}
Interruption::~Interruption() = default;

bool Interruption::interrupted() const {
  return state_->over;
}

void Interruption::interrupt() {
  state_->over = true;
  if (auto* running = std::exchange(state_->running, nullptr))
    running->emit(asio::cancellation_type::terminal);
  if (auto act = std::exchange(state_->act, nullptr)) act();
}

void Interruption::on_interrupt(std::function<void()> act) {
  if (state_->over && act) return act();
  state_->act = std::move(act);
}

Task<void> Interruption::run_task(Task<void> task) {
  const auto state = state_;
  auto outer = co_await asio::this_coro::cancellation_state;
  if (state->over || outer.cancelled() != asio::cancellation_type::none) co_return;
  invariant(!state->running, "one task runs under an interruption at a time");
  asio::cancellation_signal inner;
  auto outer_slot = outer.slot();
  if (outer_slot.is_connected())
    outer_slot.assign([&inner](asio::cancellation_type type) { inner.emit(type); });
  state->running = &inner;
  auto without_throwing = [](Task<void> inside) -> Task<void> {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await std::move(inside);
  };
  // The one completion of the task is awaited, whether it ends by itself or because it was cancelled.
  auto token = asio::as_tuple(asio::bind_cancellation_slot(inner.slot(), asio::use_awaitable));
  auto executor = co_await asio::this_coro::executor;
  auto [defect] = co_await asio::co_spawn(executor, without_throwing(std::move(task)), token);
  state->running = nullptr;
  if (outer_slot.is_connected()) outer_slot.clear();
  if (defect) std::rethrow_exception(defect);
}

}  // namespace kontor::platform::async
