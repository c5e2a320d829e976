#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/data_plane.hpp"

namespace kontor::bench {

/// How fast an answer is read: `bytes` of each at a time, and so often. Without an interval: all that comes.
struct Pace {
  std::size_t bytes = 0;
  std::chrono::milliseconds interval{0};
};

/// Answers of HTTP/1.1 that are fetched side by side over a connection each, by another thread, which leaves
/// their bodies with the kernel: it takes little time, and what it learns of an answer is when it ended.
class Downloads {
 public:
  using Steady = std::chrono::steady_clock;
  struct End {
    std::uint64_t bytes = 0;  ///< of the body
    bool whole = false;       ///< as many as were announced
    Steady::time_point at{};
  };

  /// Each of `what` is asked for at the port of this machine at once.
  Downloads(int port, std::vector<Access> what, Pace pace = {});
  /// Breaks off what is under way.
  ~Downloads();
  Downloads(const Downloads&) = delete;
  Downloads& operator=(const Downloads&) = delete;

  /// Waits until some of every body has come. Throws when an answer is not 200, or breaks off before.
  void await_bodies();
  /// Waits for the end of the answer to this number of `what`.
  End await_end(std::size_t number);
  /// Of all bodies, so far.
  std::uint64_t bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::bench
