#include "app/process/supervisor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace kontor::app::process {

Result<void> tell_supervisor(std::string_view state) {
  const char* variable = std::getenv("NOTIFY_SOCKET");
  if (!variable || !*variable) return {};
  const std::string_view name(variable);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof address.sun_path)
    return fail(ErrorCode::unavailable, "NOTIFY_SOCKET is longer than {} bytes", sizeof address.sun_path - 1);
  std::memcpy(address.sun_path, name.data(), name.size());
  // An abstract name begins with a zero byte; its length says where it ends.
  if (name.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());

  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return fail(ErrorCode::unavailable, "no socket: {}", std::strerror(errno));
  const auto sent = sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                           reinterpret_cast<const sockaddr*>(&address), length);
  const int error = errno;
  close(descriptor);
  if (sent < 0) return fail(ErrorCode::unavailable, "cannot send to {}: {}", name, std::strerror(error));
  return {};
}

}  // namespace kontor::app::process
