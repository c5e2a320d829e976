#pragma once

#include <deque>
#include <memory>

#include "platform/async/waiter.hpp"

namespace kontor::platform::engine {

/// At most `limit` holders; who asks for more waits in line. What one gives back goes to whoever has waited
/// longest and wakes nobody else: thousands may wait.
class Slots {
 public:
  Slots(boost::asio::any_io_executor executor, std::size_t limit)
      : executor_(std::move(executor)), limit_(limit) {}

  /// False when the awaiting scope closes.
  Task<bool> take();
  void give_back();
  std::size_t held() const { return held_; }

 private:
  struct Place;

  boost::asio::any_io_executor executor_;
  std::size_t limit_;
  std::size_t held_ = 0;
  std::deque<std::shared_ptr<Place>> line_;
};

}  // namespace kontor::platform::engine
