#include "platform/http/guard.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t mapped_prefix_bytes = 12;

bool is_ipv4(const AddressBytes& address) {
  return std::all_of(address.begin(), address.begin() + 10, [](auto octet) { return octet == 0; }) &&
         address[10] == 0xff && address[11] == 0xff;
}

AddressBytes mapped(const std::uint8_t* ipv4) {
  AddressBytes address{};
  address[10] = address[11] = 0xff;
  std::copy_n(ipv4, 4, address.begin() + mapped_prefix_bytes);
  return address;
}

// Special-purpose registries of IANA (RFC 6890 and later). IPv6 is allowed by what is global unicast
// (2000::/3) less these.
constexpr std::string_view not_public_ipv4[] = {
    "0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10",   "127.0.0.0/8",     "169.254.0.0/16",
    "172.16.0.0/12",  "192.0.0.0/24",   "192.0.2.0/24",    "192.31.196.0/24", "192.52.193.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",   "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
constexpr std::string_view not_public_ipv6[] = {"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
                                                "5f00::/16"};

std::vector<Network> networks(std::span<const std::string_view> texts) {
  std::vector<Network> parsed;
  for (auto text : texts) {
    auto network = Network::parse(text);
    invariant(network.has_value(), "the special-purpose networks are written correctly");
    parsed.push_back(*network);
  }
  return parsed;
}

std::unexpected<Error> not_a_network(std::string_view text) {
  return fail(ErrorCode::malformed, "`{}` is not a network in CIDR form", text::for_log(text));
}

bool in_any(const std::vector<Network>& networks, const AddressBytes& address) {
  return std::ranges::any_of(networks, [&](const Network& network) { return network.contains(address); });
}

}  // namespace

Result<AddressBytes> parse_address(std::string_view text) {
  std::string terminated(text.substr(0, text.find('\0')));
  AddressBytes address{};
  std::uint8_t ipv4[4];
  if (terminated.size() == text.size()) {
    if (::inet_pton(AF_INET, terminated.c_str(), ipv4) == 1) return mapped(ipv4);
    if (::inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  }
  return fail(ErrorCode::malformed, "`{}` is not an IP address", text::for_log(text));
}

std::string format_address(const AddressBytes& address) {
  char buffer[INET6_ADDRSTRLEN] = {};
  if (is_ipv4(address)) {
    ::inet_ntop(AF_INET, address.data() + mapped_prefix_bytes, buffer, sizeof buffer);
  } else {
    ::inet_ntop(AF_INET6, address.data(), buffer, sizeof buffer);
  }
  return buffer;
}

Result<Network> Network::parse(std::string_view text) {
  auto halves = text::split_once(text, '/');
  auto address = parse_address(halves ? halves->first : text);
  if (!address) return not_a_network(text);
  auto offset = is_ipv4(*address) ? 96u : 0u;
  unsigned bits = 128 - offset;
  if (halves) {
    auto digits = halves->second;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || bits > 128 - offset) {
      return not_a_network(text);
    }
  }
  Network network;
  network.prefix_ = *address;
  network.prefix_bits_ = offset + bits;
  return network;
}

bool Network::contains(const AddressBytes& address) const {
  auto whole = prefix_bits_ / 8;
  if (!std::equal(address.begin(), address.begin() + whole, prefix_.begin())) return false;
  auto rest = prefix_bits_ % 8;
  if (rest == 0) return true;
  auto mask = static_cast<unsigned>(0xff00 >> rest) & 0xffu;
  return (address[whole] & mask) == (prefix_[whole] & mask);
}

bool is_public(const AddressBytes& address) {
  static const auto special_ipv4 = networks(not_public_ipv4);
  static const auto special_ipv6 = networks(not_public_ipv6);
  if (is_ipv4(address)) return !in_any(special_ipv4, address);
  return (address[0] & 0xe0) == 0x20 && !in_any(special_ipv6, address);
}

Result<AddressGuard> AddressGuard::make(const std::vector<std::string>& allowed_networks) {
  AddressGuard guard;
  for (const auto& text : allowed_networks) {
    auto network = Network::parse(text);
    if (!network)
      return fail_as(ErrorCode::invalid_input, std::move(network.error()), "read the allowed networks");
    guard.allowed_.push_back(*network);
  }
  return guard;
}

bool AddressGuard::allows(const AddressBytes& address) const {
  return is_public(address) || in_any(allowed_, address);
}

}  // namespace kontor::platform::http
