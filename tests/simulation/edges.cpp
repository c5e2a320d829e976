#include "edges.hpp"

#include <algorithm>

namespace kontor::simulation {

using namespace std::chrono_literals;

Task<Result<void>> Edges::pause(Duration least, Duration most) {
  if (cut) co_return crashed();
  // A task that is cancelled waits no longer; what it began goes on.
  auto waited = co_await clock.wait_until(clock.now() + between(random, least, most));
  static_cast<void>(waited);
  if (cut) co_return crashed();
  co_return Result<void>{};
}

Task<Result<void>> Edges::write_turn() {
  if (cut) co_return crashed();
  const bool slow = happens(random, faults.slow_commit);
  const auto takes = slow ? between(random, 50ms, 4s) : between(random, 100us, 1500us);
  writes_until = std::max(writes_until, clock.now() + takes);
  auto waited = co_await clock.wait_until(writes_until);
  static_cast<void>(waited);
  if (cut) co_return crashed();
  co_return Result<void>{};
}

}  // namespace kontor::simulation
