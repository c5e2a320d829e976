#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.hpp"

namespace kontor::platform::http {

/// An IP address in 16 octets; IPv4 as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2), so one address has one form.
using AddressBytes = std::array<std::uint8_t, 16>;

/// Reads an IPv4 address in its usual form or an IPv6 address. Errors: malformed.
Result<AddressBytes> parse_address(std::string_view text);
std::string format_address(const AddressBytes& address);

/// A network in CIDR form, or a single address.
class Network {
 public:
  static Result<Network> parse(std::string_view text);
  bool contains(const AddressBytes& address) const;

 private:
  AddressBytes prefix_{};
  unsigned prefix_bits_ = 0;
};

/// Refuses addresses that somebody outside must not make this process reach: everything that is not public
/// (private, loopback, link-local with the clouds' metadata services, shared, multicast, documentation,
/// reserved, unspecified), also when it is wrapped in IPv6 (mapped, compatible, NAT64, 6to4, Teredo), unless
/// its network is allowed.
class AddressGuard {
 public:
  /// Errors: invalid_input, naming the network that cannot be read.
  static Result<AddressGuard> make(const std::vector<std::string>& allowed_networks);
  bool allows(const AddressBytes& address) const;

 private:
  std::vector<Network> allowed_;
};

/// Public in the sense above.
bool is_public(const AddressBytes& address);

}  // namespace kontor::platform::http
