#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result/result.hpp"

namespace kontor::protocol::cel {

/// What an evaluation may cost. A step is an operation, or 64 bytes read; the default steps are some
/// milliseconds. Bytes are all that is ever allocated for results, not what is alive at a time.
struct Limits {
  std::uint64_t steps_max = 100'000;
  std::uint64_t bytes_max = 1024 * 1024;
};

/// Counts what an evaluation costs. Once a limit is passed every further charge fails, so an error of the
/// meter cannot be outweighed by a `|| true` behind it. Errors: too_large.
class Meter {
 public:
  explicit Meter(Limits limits) : limits_(limits) {}

  Result<void> spend(std::uint64_t steps) {
    if (exceeded_ || steps > limits_.steps_max - steps_) return refuse("steps", limits_.steps_max);
    steps_ += steps;
    return {};
  }

  /// For reading so many bytes of text or octets.
  Result<void> scan(std::size_t bytes) { return spend(bytes / 64); }

  Result<void> allocate(std::uint64_t bytes) {
    if (exceeded_ || bytes > limits_.bytes_max - bytes_) return refuse("bytes", limits_.bytes_max);
    bytes_ += bytes;
    return {};
  }

  bool exhausted() const { return exceeded_.has_value(); }
  std::uint64_t steps() const { return steps_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::unexpected<Error> refuse(std::string_view what, std::uint64_t limit) {
    if (!exceeded_) exceeded_ = fmt::format("the evaluation needs more than {} {}", limit, what);
    return fail(ErrorCode::too_large, "{}", *exceeded_);
  }

  Limits limits_;
  std::uint64_t steps_ = 0;
  std::uint64_t bytes_ = 0;
  std::optional<std::string> exceeded_;  ///< what was, in words
};

}  // namespace kontor::protocol::cel
