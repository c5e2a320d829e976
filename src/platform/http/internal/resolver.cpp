#include "platform/http/internal/resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace kontor::platform::http {
namespace {

constexpr std::size_t threads = 4;
constexpr std::size_t lookups_max = 256;

std::optional<AddressBytes> address_of(const sockaddr& socket_address) {
  AddressBytes address{};
  if (socket_address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &socket_address, sizeof v6);
    std::memcpy(address.data(), &v6.sin6_addr, address.size());
    return address;
  }
  if (socket_address.sa_family != AF_INET) return std::nullopt;
  sockaddr_in v4;
  std::memcpy(&v4, &socket_address, sizeof v4);
  address[10] = address[11] = 0xff;
  std::memcpy(address.data() + 12, &v4.sin_addr, 4);
  return address;
}

Result<std::vector<AddressBytes>> ask_system(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  auto error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  if (error != 0) return fail(ErrorCode::peer_unavailable, "look `{}` up: {}", host, ::gai_strerror(error));
  std::vector<AddressBytes> addresses;
  for (auto* entry = found; entry != nullptr; entry = entry->ai_next) {
    auto address = address_of(*entry->ai_addr);
    if (address && std::ranges::find(addresses, *address) == addresses.end()) addresses.push_back(*address);
  }
  ::freeaddrinfo(found);
  if (addresses.empty()) return fail(ErrorCode::peer_unavailable, "look `{}` up: it has no address", host);
  return addresses;
}

}  // namespace

struct Resolver::Lookup {
  std::string host;
  async::Signal done;
  std::optional<Result<std::vector<AddressBytes>>> result = {};
};

struct Resolver::State {
  async::Offload offload{threads};
  std::map<std::string, std::shared_ptr<Lookup>> running = {};
};

Resolver::Resolver(async::Scope& scope, async::Clock& clock)
    : scope_(scope), clock_(clock), state_(std::make_shared<State>()) {}

Task<Result<std::vector<AddressBytes>>> Resolver::resolve(std::string host, async::Deadline deadline) {
  if (scope_.closing()) co_return fail(ErrorCode::cancelled, "look `{}` up: this process is stopping", host);
  auto place = state_->running.find(host);
  if (place == state_->running.end()) {
    if (state_->running.size() >= lookups_max) {
      co_return fail(ErrorCode::unavailable, "look `{}` up: {} other look-ups wait", host, lookups_max);
    }
    auto fresh = std::make_shared<Lookup>(Lookup{host, async::Signal(scope_.executor(), clock_)});
    place = state_->running.emplace(host, fresh).first;
    scope_.spawn(look_up(state_, fresh));
  }
  auto lookup = place->second;
  co_await lookup->done.wait(0, deadline);
  if (lookup->result) co_return *lookup->result;
  auto code = deadline.passed(clock_) ? ErrorCode::timeout : ErrorCode::cancelled;
  co_return fail(code, "look `{}` up: no answer yet", host);
}

Task<void> Resolver::look_up(std::shared_ptr<State> state, std::shared_ptr<Lookup> lookup) {
  co_await state->offload.run([&lookup] { lookup->result = ask_system(lookup->host); });
  state->running.erase(lookup->host);
  lookup->done.notify();
}

}  // namespace kontor::platform::http
