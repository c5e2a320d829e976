#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result/result.hpp"

namespace kontor::platform::http {

/// An absolute http or https address in one spelling. An IPv4 address stands only in its usual form: hosts
/// that end in a number but are not four decimal octets (`2130706433`, `0x7f.1`, `0177.0.0.1`) are refused,
/// so nobody downstream reads them as an address that was not checked.
struct Url {
  std::string scheme;  ///< http or https
  std::string host;    ///< lower case, without brackets and final dot
  std::uint16_t port = 0;
  std::string target;    ///< path and query, at least `/`; a fragment is dropped
  bool address = false;  ///< `host` is an IP address

  bool secure() const { return scheme == "https"; }
  /// Host and port as they stand in a Host header: IPv6 in brackets, the scheme's own port left out.
  std::string authority() const;
};

/// RFC 3986 §4.3 with scheme http or https, a host, no user information. Errors: malformed.
Result<Url> parse_url(std::string_view text);

}  // namespace kontor::platform::http
