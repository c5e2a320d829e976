#include <sys/random.h>

#include <algorithm>
#include <cerrno>

#include "platform/async/process.hpp"

namespace kontor::platform::async {
namespace {

class SystemRandom : public Random {
 public:
  void fill(std::span<std::byte> bytes) override {
    while (!bytes.empty()) {
      auto filled = ::getrandom(bytes.data(), bytes.size(), 0);
      invariant(filled > 0 || errno == EINTR, "the operating system gives random bytes");
      if (filled > 0) bytes = bytes.subspan(static_cast<std::size_t>(filled));
    }
  }
};

}  // namespace

std::unique_ptr<Random> system_random() {
  return std::make_unique<SystemRandom>();
}

}  // namespace kontor::platform::async
