#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id/id.hpp"
#include "base/result/result.hpp"

/// did:web (W3C CCG, DCP 1.0 base protocol): a DID that is an address.
namespace kontor::protocol::did {

/// `http` is for test installations only; the specification wants https.
enum class WebScheme : std::uint8_t { https, http };

/// Where the document stands: `https://host/.well-known/did.json`, or `https://host/a/b/did.json` where the
/// DID has a path. A port is `%3A`. Refused (malformed): another method, user information, an IP version 6
/// address, and segments that are empty, `.` or `..` or hide a `/`, `?`, `#`, `\`, `%` or control character
/// behind an escape.
Result<std::string> document_url(const Did& did, WebScheme scheme = WebScheme::https);

/// The other way: which DID is meant by a request for this host (`host` or `host:port`, as in `Host:`) and
/// path (without query). Errors: not_found when the path does not end in `/did.json`; malformed.
struct WebLocation {
  std::string_view authority;
  std::string_view path;
};
Result<Did> did_at(WebLocation location);

/// `did:web:host%3Aport:a:b` of an authority and a path `a/b` (may be empty). Errors: malformed.
Result<Did> make_web_did(WebLocation location);

}  // namespace kontor::protocol::did
