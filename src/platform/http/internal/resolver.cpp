#include "platform/http/internal/resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/lru/lru.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t threads = 4;
constexpr std::size_t lookups_max = 256;
constexpr std::size_t remembered_max = 10'000;
constexpr auto remembered_for = std::chrono::hours(1);
constexpr auto patience = std::chrono::seconds(1);  ///< with the look-up of a name that is remembered

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
  using Addresses = std::vector<AddressBytes>;
  struct Found {
    Addresses addresses;
    Instant at;
  };

  std::shared_ptr<Lookup> running_lookup(const std::string& host) const {
    const auto place = running.find(host);
    return place == running.end() ? nullptr : place->second;
  }
  std::optional<Addresses> remembered(const std::string& host, Instant now) {
    const auto* last = found.find(host);
    if (!last || now - last->at >= remembered_for) return std::nullopt;
    return last->addresses;
  }

  async::Offload offload{threads};
  std::map<std::string, std::shared_ptr<Lookup>> running = {};
  Lru<std::string, Found> found{remembered_max};
};

Resolver::Resolver(async::Scope& scope, async::Clock& clock)
    : scope_(scope), clock_(clock), state_(std::make_shared<State>()) {}

Task<Result<std::vector<AddressBytes>>> Resolver::resolve(std::string host, async::Deadline deadline) {
  if (scope_.closing()) co_return fail(ErrorCode::cancelled, "look `{}` up: this process is stopping", host);
  auto remembered = state_->remembered(host, clock_.now());
  auto lookup = state_->running_lookup(host);
  if (!lookup && state_->running.size() < lookups_max) {
    lookup = std::make_shared<Lookup>(Lookup{host, async::Signal(scope_.executor(), clock_)});
    state_->running.emplace(host, lookup);
    scope_.spawn(look_up(state_, lookup, clock_));
  }
  if (lookup) {
    const auto soon = remembered ? std::min(deadline.at, clock_.now() + patience) : deadline.at;
    co_await lookup->done.wait(0, {soon});
    if (lookup->result) co_return *lookup->result;
  }
  if (remembered && !deadline.passed(clock_) && !scope_.closing()) co_return std::move(*remembered);
  if (!lookup)
    co_return fail(ErrorCode::unavailable, "look `{}` up: {} other look-ups wait", host, lookups_max);
  auto code = deadline.passed(clock_) ? ErrorCode::timeout : ErrorCode::cancelled;
  co_return fail(code, "look `{}` up: no answer yet", host);
}

Task<void> Resolver::look_up(std::shared_ptr<State> state, std::shared_ptr<Lookup> lookup,
                             async::Clock& clock) {
  co_await state->offload.run([&lookup] { lookup->result = ask_system(lookup->host); });
  if (*lookup->result) {
    state->found.put(lookup->host, {**lookup->result, clock.now()});
  } else {
    state->found.erase(lookup->host);
  }
  state->running.erase(lookup->host);
  lookup->done.notify();
}

}  // namespace kontor::platform::http
