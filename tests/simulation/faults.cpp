#include "faults.hpp"

namespace kontor::simulation {
namespace {

unsigned up_to(SeededRandom& random, unsigned most) {
  return static_cast<unsigned>(random.below(most + 1));
}

}  // namespace

Faults Faults::draw(SeededRandom& random) {
  using namespace std::chrono_literals;
  Faults faults{.events_to_crash = 250, .events_to_part = 120, .partition_max = 2min};
  const auto kind = random.below(8);
  const bool everything = kind >= 5;
  if (kind == 1 || everything) {
    faults.request_lost = up_to(random, 80);
    faults.reply_lost = up_to(random, 80);
  }
  if (kind == 2 || everything) {
    faults.duplicated = up_to(random, 150);
    faults.delayed = up_to(random, 100);
  }
  if (kind == 3 || everything) {
    faults.crashes = 1 + up_to(random, 5);
    faults.slow_commit = up_to(random, 60);
  }
  if (kind == 4 || everything) {
    faults.partitions = 1 + up_to(random, 3);
    faults.failed_commit = up_to(random, 15);
  }
  return faults;
}

}  // namespace kontor::simulation
