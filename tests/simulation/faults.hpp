#pragma once

#include "base/time/time.hpp"
#include "testing/async/seeded_random.hpp"

namespace kontor::simulation {

using testing::SeededRandom;

/// What goes wrong in a run, and how often. Chances are in a thousand.
struct Faults {
  unsigned request_lost = 0;
  unsigned reply_lost = 0;
  unsigned duplicated = 0;
  unsigned delayed = 0;  ///< a message takes seconds instead of milliseconds, and is overtaken
  unsigned slow_commit = 0;
  unsigned failed_commit = 0;    ///< nothing changed, or nobody knows
  unsigned lost_commit = 0;      ///< the disk lies: it acknowledges what it never wrote
  unsigned crashes = 0;          ///< of each installation
  unsigned partitions = 0;       ///< between the installations
  unsigned events_to_crash = 0;  ///< at most, from one to the next: messages and commits of the installation
  unsigned events_to_part = 0;   ///< the same for partitions: messages between installations
  Duration partition_max{};

  /// A mix of its own for each seed: some runs are calm, some see one kind of fault, some all of them.
  static Faults draw(SeededRandom& random);
};

/// True `chance` times out of a thousand.
inline bool happens(SeededRandom& random, unsigned chance) {
  return random.below(1000) < chance;
}

/// From `least` to `most`.
inline Duration between(SeededRandom& random, Duration least, Duration most) {
  return least + Duration(static_cast<std::int64_t>(
                     random.below(static_cast<std::uint64_t>((most - least).count()) + 1)));
}

}  // namespace kontor::simulation
