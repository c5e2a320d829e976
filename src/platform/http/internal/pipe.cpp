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
  Pipe pipe(budget, Descriptor(ends[1]), Descriptor(ends[0]));
  const bool is_large = ::fcntl(pipe.input(), F_SETPIPE_SZ, static_cast<int>(bytes_max)) > 0;
  return is_large ? std::optional(std::move(pipe)) : std::nullopt;
}

Pipe::Pipe(PipeBudget& budget, Descriptor input, Descriptor output)
    : budget_(&budget), input_(std::move(input)), output_(std::move(output)) {
  ++budget.pipes;
}

Pipe::Pipe(Pipe&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)) {}

Pipe::~Pipe() {
  if (budget_) --budget_->pipes;
}

}  // namespace kontor::platform::http
