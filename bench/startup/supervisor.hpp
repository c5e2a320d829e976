#pragma once

#include <filesystem>

namespace kontor::bench {

/// The socket on which processes that are started from here say that they are ready (sd_notify).
class Supervisor {
 public:
  /// Makes the socket and names it in the environment of this process and its children.
  explicit Supervisor(const std::filesystem::path& socket);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Returns when a process says that it is ready; false when none does within a minute.
  bool await_ready();

 private:
  int socket_;
};

}  // namespace kontor::bench
