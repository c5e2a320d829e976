#pragma once

#include <utility>

namespace kontor {

/// Owner of a file descriptor: it is closed once, with the last that has it. Of one thread at a time.
class Descriptor {
 public:
  /// `fd`: as a call of the system returned it; below zero, nothing is owned.
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

}  // namespace kontor
