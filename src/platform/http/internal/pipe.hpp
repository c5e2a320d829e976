#pragma once

#include <cstddef>
#include <optional>

#include "base/descriptor/descriptor.hpp"

namespace kontor::platform::http {

/// How many pipes there are at a time: the kernel gives a user 64 MiB for all of them.
struct PipeBudget {
  std::size_t pipes_max = 32;
  std::size_t pipes = 0;
};

/// What passes from one connection to another within the kernel.
class Pipe {
 public:
  /// None when there are enough of them, or the kernel gives no large one. `budget` outlives it.
  static std::optional<Pipe> open(PipeBudget& budget);
  Pipe(Pipe&& other) noexcept;
  Pipe& operator=(Pipe&&) = delete;
  ~Pipe();

  int input() const { return input_.get(); }
  int output() const { return output_.get(); }
  static constexpr std::size_t bytes_max = 1024 * 1024;

 private:
  Pipe(PipeBudget& budget, Descriptor input, Descriptor output);

  PipeBudget* budget_;
  Descriptor input_;
  Descriptor output_;
};

}  // namespace kontor::platform::http
