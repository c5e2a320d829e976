// kontor-relay FROM TO [FROM TO]…: passes on what connects at FROM to TO, each `unix:path` or `address:port`.
// Says that it is ready as to systemd. `kontor-relay --probe ADDRESS` ends with 0 when somebody listens
// there.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Address {
  sockaddr_storage value{};
  socklen_t size = 0;
  int family() const { return value.ss_family; }
  const sockaddr* pointer() const { return reinterpret_cast<const sockaddr*>(&value); }
};

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "kontor-relay: " << why << ": " << std::strerror(errno) << "\n";
  std::exit(1);
}

Address address_of(const std::string& text) {
  Address made;
  constexpr std::string_view local = "unix:";
  if (text.starts_with(local)) {
    auto& address = reinterpret_cast<sockaddr_un&>(made.value);
    address.sun_family = AF_UNIX;
    const auto path = text.substr(local.size());
    if (path.size() >= sizeof address.sun_path) give_up(path + " is too long");
    path.copy(address.sun_path, path.size());
    made.size = sizeof address;
    return made;
  }
  auto& address = reinterpret_cast<sockaddr_in&>(made.value);
  address.sin_family = AF_INET;
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1)
    give_up(text + " is no address");
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1)));
  made.size = sizeof address;
  return made;
}

int listen_at(const Address& from) {
  if (from.family() == AF_UNIX) unlink(reinterpret_cast<const sockaddr_un*>(from.pointer())->sun_path);
  const int made = socket(from.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (made < 0 || bind(made, from.pointer(), from.size) != 0 || listen(made, SOMAXCONN) != 0)
    give_up("cannot listen");
  return made;
}

/// -1: nobody is there.
int connect_to(const Address& to) {
  const int made = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made >= 0 && connect(made, to.pointer(), to.size) == 0) return made;
  if (made >= 0) close(made);
  return -1;
}

/// False at the end.
bool pass_on(int from, int to) {
  std::array<char, 64 * 1024> piece{};
  const auto count = read(from, piece.data(), piece.size());
  if (count <= 0) return false;
  for (ssize_t done = 0; done < count;) {
    const auto written = write(to, piece.data() + done, static_cast<std::size_t>(count - done));
    if (written <= 0) return false;
    done += written;
  }
  return true;
}

/// A process of its own for each connection; it ends with the relay.
[[noreturn]] void carry(int client, const Address& to) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int server = connect_to(to);
  if (server < 0) _exit(0);
  const std::array ends{client, server};
  std::array watched{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
  int open = 2;
  while (open > 0 && poll(watched.data(), watched.size(), -1) > 0) {
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (watched[i].revents == 0 || pass_on(ends[i], ends[1 - i])) continue;
      shutdown(ends[1 - i], SHUT_WR);
      watched[i].fd = -1;
      --open;
    }
  }
  _exit(0);
}

void say_ready() {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (!path || *path != '/') return;
  const auto to = address_of(std::string("unix:") + path);
  const int from = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  constexpr std::string_view ready = "READY=1";
  sendto(from, ready.data(), ready.size(), 0, to.pointer(), to.size);
  close(from);
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3 && std::string_view(arguments[1]) == "--probe")
    return connect_to(address_of(arguments[2])) >= 0 ? 0 : 1;
  signal(SIGCHLD, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  std::vector<pollfd> doors;
  std::vector<Address> behind;
  for (int i = 1; i + 1 < count; i += 2) {
    doors.push_back({listen_at(address_of(arguments[i])), POLLIN, 0});
    behind.push_back(address_of(arguments[i + 1]));
  }
  say_ready();
  while (poll(doors.data(), doors.size(), -1) >= 0 || errno == EINTR) {
    for (std::size_t i = 0; i < doors.size(); ++i) {
      if (doors[i].revents == 0) continue;
      const int client = accept4(doors[i].fd, nullptr, nullptr, SOCK_CLOEXEC);
      if (client >= 0 && fork() == 0) carry(client, behind[i]);
      if (client >= 0) close(client);
    }
  }
}
