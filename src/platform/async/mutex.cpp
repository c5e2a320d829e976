#include <boost/asio/this_coro.hpp>
#include <list>

#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"

namespace kontor::platform::async {

namespace asio = boost::asio;

struct Mutex::State {
  struct Turn {
    Waiter waiter;
    bool granted = false;
  };

  asio::any_io_executor executor;
  bool held = false;
  std::list<Turn*> queue = {};  // in order of arrival

  // The lock passes from holder to next in line without being free in between, so nobody overtakes.
  void release() {
    if (queue.empty()) {
      held = false;
      return;
    }
    auto* next = queue.front();
    queue.pop_front();
    next->granted = true;
    next->waiter.wake();
  }

  static Guard guard(const std::shared_ptr<State>& state) {
    return Guard(std::shared_ptr<void>(state.get(), [state](void*) { state->release(); }));
  }
};

Mutex::Mutex(asio::any_io_executor executor) : state_(std::make_shared<State>(State{std::move(executor)})) {}

Mutex::~Mutex() = default;

bool Mutex::idle() const {
  return !state_->held;
}

Task<Mutex::Guard> Mutex::lock() {
  auto state = state_;
  if (!state->held) {
    state->held = true;
    co_return State::guard(state);
  }
  State::Turn turn{Waiter(state->executor)};
  state->queue.push_back(&turn);
  co_await turn.waiter.wait_uncancelled();
  co_return State::guard(state);
}

Task<Result<Mutex::Guard>> Mutex::lock(Clock& clock, Deadline deadline) {
  auto state = state_;
  if (!state->held) {
    state->held = true;
    co_return State::guard(state);
  }
  State::Turn turn{Waiter(state->executor)};
  auto place = state->queue.insert(state->queue.end(), &turn);
  auto alarm = clock.alarm(deadline.at, [&turn] { turn.waiter.wake(); });
  auto woken = co_await turn.waiter.wait();
  if (turn.granted) co_return State::guard(state);
  state->queue.erase(place);
  if (!woken) co_return fail(ErrorCode::cancelled, "the wait for a lock was cancelled");
  co_return fail(ErrorCode::timeout, "the lock was not free before the deadline");
}

}  // namespace kontor::platform::async
