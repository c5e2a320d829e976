#include "platform/async/clock.hpp"

#include <boost/asio/system_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "platform/async/process.hpp"
#include "platform/async/waiter.hpp"

namespace kontor::platform::async {
namespace {

namespace asio = boost::asio;

class SystemAlarm : public Alarm {
 public:
  SystemAlarm(const asio::any_io_executor& executor, Instant when, std::function<void()> ring)
      : state_(std::make_shared<State>(State{asio::system_timer(executor, when), std::move(ring)})) {
    state_->timer.async_wait([state = state_](const boost::system::error_code& error) {
      if (error || !state->ring) return;
      auto due = std::exchange(state->ring, nullptr);
      due();
    });
  }

  ~SystemAlarm() override {
    state_->ring = nullptr;
    state_->timer.cancel();
  }

 private:
  struct State {
    asio::system_timer timer;
    std::function<void()> ring;
  };
  std::shared_ptr<State> state_;
};

// Asio looks at the wall clock again at least every five minutes, so a clock that is set is followed.
class SystemClock : public Clock {
 public:
  explicit SystemClock(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  Instant now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  std::unique_ptr<Alarm> alarm(Instant when, std::function<void()> ring) override {
    // The system's clock counts nanoseconds, which end in the year 2262.
    constexpr auto latest =
        std::chrono::time_point_cast<Duration>(std::chrono::system_clock::time_point::max());
    if (when >= latest) return std::make_unique<Alarm>();
    return std::make_unique<SystemAlarm>(executor_, when, std::move(ring));
  }

 private:
  asio::any_io_executor executor_;
};

}  // namespace

std::unique_ptr<Clock> system_clock(asio::any_io_executor executor) {
  return std::make_unique<SystemClock>(std::move(executor));
}

Task<Result<void>> Clock::wait_until(Instant when) {
  Waiter due(co_await asio::this_coro::executor);
  auto ringing = alarm(when, [&due] { due.wake(); });
  auto woken = co_await due.wait();
  if (!woken) co_return fail(ErrorCode::cancelled, "the wait was cancelled");
  co_return Result<void>{};
}

}  // namespace kontor::platform::async
