#include "installation/child.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <utility>

#include "installation/driver.hpp"

namespace kontor::installation {

Child::Child(std::vector<std::string> command, std::filesystem::path log) : log_(std::move(log)) {
  std::vector<char*> arguments;
  for (auto& each : command) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  const int output = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  verify(output >= 0, "cannot write " + log_.string());
  pid_ = fork();
  verify(pid_ >= 0, "cannot start a process");
  if (pid_ == 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(output);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), log_(std::move(other.log_)) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(log_, other.log_);
  return *this;
}

Child::~Child() {
  kill_now();
}

bool Child::running() {
  if (pid_ <= 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void Child::kill_now() {
  end(SIGKILL);
}
void Child::stop() {
  end(SIGTERM);
}

void Child::end(int signal) {
  if (pid_ <= 0) return;
  kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::vector<int> free_ports(std::size_t count) {
  // Below the range that outgoing connections get theirs from: while a process is down, nobody takes its port
  // by chance, and nobody who connects to it meets himself.
  constexpr int first = 10'000;
  constexpr int last = 32'000;
  std::random_device random;
  std::uniform_int_distribution<int> any(first, last);
  std::vector<int> sockets;
  std::vector<int> ports;
  while (ports.size() < count) {
    const int port = any(random);
    const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    verify(socket_fd >= 0, "there is no socket left");
    sockets.push_back(socket_fd);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (bind(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) ports.push_back(port);
  }
  for (int each : sockets) close(each);
  return ports;
}

}  // namespace kontor::installation
