#include "platform/async/signal.hpp"

#include <boost/asio/this_coro.hpp>
#include <list>

#include "platform/async/waiter.hpp"

namespace kontor::platform::async {

namespace asio = boost::asio;

struct Signal::State {
  asio::any_io_executor executor;
  Clock& clock;
  Ticket notified = 0;
  std::list<Waiter*> waiting = {};
};

Signal::Signal(asio::any_io_executor executor, Clock& clock)
    : state_(std::make_shared<State>(State{std::move(executor), clock})) {}

Signal::~Signal() = default;

Signal::Ticket Signal::ticket() const {
  return state_->notified;
}

void Signal::notify() {
  ++state_->notified;
  for (auto* waiter : state_->waiting) waiter->wake();
}

Task<bool> Signal::wait(Ticket ticket, Deadline deadline) {
  auto state = state_;
  if (state->notified != ticket) co_return true;
  Waiter waiter(state->executor);
  auto place = state->waiting.insert(state->waiting.end(), &waiter);
  auto alarm = state->clock.alarm(deadline.at, [&waiter] { waiter.wake(); });
  co_await waiter.wait();
  state->waiting.erase(place);
  co_return state->notified != ticket;
}

}  // namespace kontor::platform::async
