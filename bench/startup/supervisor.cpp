#include "supervisor.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kontor::bench {

Supervisor::Supervisor(const std::filesystem::path& socket)
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot listen on " + socket.string());
  constexpr timeval patience{.tv_sec = 60, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setenv("NOTIFY_SOCKET", socket.c_str(), 1);
}

Supervisor::~Supervisor() {
  unsetenv("NOTIFY_SOCKET");
  close(socket_);
}

bool Supervisor::await_ready() {
  for (;;) {
    char text[256];
    const auto count = recv(socket_, text, sizeof text, 0);
    if (count <= 0) return false;
    if (std::string_view(text, static_cast<std::size_t>(count)) == "READY=1") return true;
  }
}

}  // namespace kontor::bench
