#include "platform/http/internal/pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace kontor::platform::http {

std::optional<Pipe> Pipe::open(PipeBudget& budget) {
  if (budget.pipes >= budget.pipes_max) return std::nullopt;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return std::nullopt;
  Pipe pipe(budget, ends[1], ends[0]);
  const bool is_large = ::fcntl(pipe.input_, F_SETPIPE_SZ, static_cast<int>(bytes_max)) > 0;
  return is_large ? std::optional(std::move(pipe)) : std::nullopt;
}

Pipe::Pipe(PipeBudget& budget, int input, int output) : budget_(&budget), input_(input), output_(output) {
  ++budget.pipes;
}

Pipe::Pipe(Pipe&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)) {}

Pipe::~Pipe() {
  if (!budget_) return;
  --budget_->pipes;
  ::close(input_);
  ::close(output_);
}

}  // namespace kontor::platform::http
