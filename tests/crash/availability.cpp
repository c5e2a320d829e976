#include "availability.hpp"

namespace kontor::crash {

namespace {

constexpr auto down_max = std::chrono::minutes(1);

}  // namespace

bool Availability::up(const installation::Installation& home) const {
  for (std::size_t i = 0; i < home.replicas(); ++i) {
    if (up(home, i)) return true;
  }
  return false;
}

void Availability::set_up(const installation::Installation& home, std::size_t replica) {
  down_.erase({&home, replica});
  changed_.notify();
}

Task<bool> Availability::await(const installation::Installation& home) {
  const auto deadline = platform::async::Deadline::after(loop_.clock(), down_max);
  auto ticket = changed_.ticket();
  while (!up(home)) {
    const bool notified = co_await changed_.wait(ticket, deadline);
    if (!notified) co_return false;
    ticket = changed_.ticket();
  }
  co_return true;
}

}  // namespace kontor::crash
