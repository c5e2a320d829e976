#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "harness/samples.hpp"
#include "installation/driver.hpp"

namespace kontor::bench {

/// Something that is done again and again, so many side by side: as soon as one has ended the next begins, as
/// long as this lasts; those that are under way then are led to their end.
struct Load {
  std::size_t in_flight = 1;
  std::chrono::duration<double> lasts{5};
};

struct Repeated {
  Samples milliseconds;  ///< of each, from its beginning to its end
  double seconds = 0;    ///< from the first beginning to the last end
  double per_second() const { return static_cast<double>(milliseconds.size()) / seconds; }
};

/// What is done once. Its result is what was wrong; empty: nothing was.
using Once = std::function<Task<std::string>()>;

/// Drives the load from this process, whose processor time is nobody's of Kontor. Throws Failed when
/// something was wrong.
Repeated repeat(installation::Driver& driver, const Load& load, Once once);

}  // namespace kontor::bench
