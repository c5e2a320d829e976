#include "installation/child.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <random>
#include <string_view>
#include <utility>

#include "installation/driver.hpp"

namespace kontor::installation {
namespace {

/// A path, because a process in a network namespace of its own finds no abstract name of ours.
int supervision_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  verify(path.size() < sizeof address.sun_path, "the path of a log is too long: " + path);
  path.copy(address.sun_path, path.size());
  unlink(path.c_str());
  const int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  verify(made >= 0 && bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
         "there is no socket for what a process says of itself");
  return made;
}

/// The environment of this process, and where its child says how it is doing.
std::vector<std::string> environment_with(const std::string& supervision) {
  const std::string ours = "NOTIFY_SOCKET=";
  std::vector<std::string> all{ours + supervision};
  for (char** each = environ; *each; ++each) {
    if (!std::string_view(*each).starts_with(ours)) all.emplace_back(*each);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& each : texts) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

/// Whether one of the messages that have come says so.
bool said_ready(int supervision) {
  char text[256];
  for (;;) {
    const auto count = recv(supervision, text, sizeof text, 0);
    if (count < 0) return false;
    if (std::string_view(text, static_cast<std::size_t>(count)) == "READY=1") return true;
  }
}

}  // namespace

Child::Child(std::vector<std::string> command, std::filesystem::path log) : log_(std::move(log)) {
  const auto supervision = std::filesystem::absolute(log_).string() + ".ready";
  supervision_ = supervision_socket(supervision);
  auto environment = environment_with(supervision);
  const auto arguments = pointers_to(command);
  const auto variables = pointers_to(environment);
  const int output = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  verify(output >= 0, "cannot write " + log_.string());
  pid_ = fork();
  verify(pid_ >= 0, "cannot start a process");
  if (pid_ == 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvpe(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  close(output);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      supervision_(std::exchange(other.supervision_, -1)),
      ready_(other.ready_),
      log_(std::move(other.log_)) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(supervision_, other.supervision_);
  std::swap(ready_, other.ready_);
  std::swap(log_, other.log_);
  return *this;
}

Child::~Child() {
  kill_now();
  if (supervision_ >= 0) close(supervision_);
}

bool Child::running() {
  if (pid_ <= 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

bool Child::becomes_ready(std::chrono::milliseconds patience) {
  if (ready_ || pid_ <= 0) return ready_ && running();
  // Debian 12's header of pidfd_open is for C alone.
  const int process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  verify(process >= 0, "cannot watch a process");
  pollfd watched[] = {{supervision_, POLLIN, 0}, {process, POLLIN, 0}};
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!ready_ && watched[1].revents == 0) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(give_up - std::chrono::steady_clock::now());
    const int events =
        poll(watched, std::size(watched), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (events == 0 || (events < 0 && errno != EINTR)) break;
    ready_ = said_ready(supervision_);
  }
  close(process);
  return ready_ && running();
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

int FreePorts::take() {
  for (;;) {
    const int port = free_ports(1).front();
    if (taken_.insert(port).second) return port;
  }
}

}  // namespace kontor::installation
