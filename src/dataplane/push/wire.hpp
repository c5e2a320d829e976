#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result/result.hpp"
#include "platform/http/message.hpp"
#include "protocol/dps/http_profile.hpp"

/// What a push looks like on the wire. Pure. The HTTP profile leaves method, names and digests open. [DPS
/// Profiles, HTTP; RFC 9530; RFC 6266]
namespace kontor::dataplane::push {

namespace dps = protocol::dps;
namespace web = platform::http;

/// The property of an address that takes each part at a path of its own, by PUT.
inline constexpr std::string_view part_paths = "partPaths";

/// Where parts go.
struct Destination {
  dps::HttpAccess access;
  bool part_paths = false;
};
/// Of an address of the HTTP profile, or one of EDC's HttpData with `baseUrl`. Errors: invalid_input.
Result<Destination> destination_of(const dps::DataAddress& address, bool https_only);

/// The request for one part, without its body: PUT to a path of its own where the destination takes that,
/// else POST to the address, with the name in Content-Disposition. It asks for the digest of what was kept.
web::Request request_for(const Destination& destination, std::string_view name, std::string_view media_type);

/// `sha-256=:…:` of a digest in hexadecimal.
std::string digest_field(std::string_view sha256_hex);
/// The SHA-256 in Repr-Digest or Content-Digest, in lower-case hexadecimal; none: there is none. Errors:
/// malformed.
Result<std::optional<std::string>> digest_in(const web::Headers& headers);

/// The file name of a Content-Disposition; empty: none.
std::string file_name_in(std::string_view content_disposition);

/// The token of `Bearer {token}`, or empty.
std::string_view bearer_token(std::string_view authorization);

}  // namespace kontor::dataplane::push
