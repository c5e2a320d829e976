#include "platform/async/waiter.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace kontor::platform::async {

namespace asio = boost::asio;

Task<bool> cancelled() {
  auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

// A timer that never expires is Asio's cheapest event: it takes no place in the timer heap, cancelling it
// posts the waiting task, and it takes part in cancellation.
struct Waiter::State {
  asio::steady_timer event;
  bool woken = false;
};

Waiter::Waiter(asio::any_io_executor executor)
    : state_(new State{asio::steady_timer(std::move(executor), asio::steady_timer::time_point::max())}) {}

Waiter::~Waiter() = default;

Task<bool> Waiter::wait() {
  auto cancellation = co_await asio::this_coro::cancellation_state;
  if (!state_->woken && cancellation.cancelled() == asio::cancellation_type::none) {
    co_await state_->event.async_wait(asio::as_tuple(asio::deferred));
  }
  co_return state_->woken;
}

Task<void> Waiter::wait_uncancelled() {
  while (!state_->woken) co_await state_->event.async_wait(asio::as_tuple(asio::deferred));
}

void Waiter::wake() {
  if (state_->woken) return;
  state_->woken = true;
  state_->event.cancel();
}

}  // namespace kontor::platform::async
