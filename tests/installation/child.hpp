#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace kontor::installation {

/// A process of its own, with its output in a file; killed when this object ends, unless it is let go.
class Child {
 public:
  Child(std::vector<std::string> command, std::filesystem::path log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  bool running();
  /// Waits until the process says that it is ready, as to systemd (sd_notify); false when it ends first, or
  /// the patience does. It says so once: later calls answer at once.
  bool becomes_ready(std::chrono::milliseconds patience);
  void kill_now();  ///< kill -9, and waits for the end
  void stop();      ///< SIGTERM, and waits for the end
  void let_go() { pid_ = -1; }
  pid_t pid() const { return pid_; }
  const std::filesystem::path& log() const { return log_; }

 private:
  void end(int signal);

  pid_t pid_ = -1;
  int supervision_ = -1;  ///< the socket on which the process tells about itself
  bool ready_ = false;
  std::filesystem::path log_;
};

/// Ports of this machine that were free a moment ago and that no outgoing connection is given.
std::vector<int> free_ports(std::size_t count);

/// The same for what starts later: none is given twice.
class FreePorts {
 public:
  int take();

 private:
  std::set<int> taken_;
};

}  // namespace kontor::installation
