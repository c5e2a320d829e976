#include "platform/engine/internal/slots.hpp"

namespace kontor::platform::engine {

struct Slots::Place {
  explicit Place(const boost::asio::any_io_executor& executor) : turn(executor) {}
  async::Waiter turn;
  bool is_taken = false;
};

Task<bool> Slots::take() {
  if (held_ < limit_) {
    ++held_;
    co_return true;
  }
  auto place = std::make_shared<Place>(executor_);
  line_.push_back(place);
  co_await place->turn.wait();
  // Who is cancelled with his turn come gives it back like everybody.
  if (!place->is_taken) std::erase(line_, place);
  co_return place->is_taken;
}

void Slots::give_back() {
  if (line_.empty()) {
    --held_;
    return;
  }
  const auto next = std::move(line_.front());
  line_.pop_front();
  next->is_taken = true;
  next->turn.wake();
}

}  // namespace kontor::platform::engine
