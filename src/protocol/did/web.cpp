#include "protocol/did/web.hpp"

#include <charconv>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "protocol/did/did.hpp"

namespace kontor::protocol::did {
namespace {

constexpr std::string_view document_name = "/did.json";
constexpr std::string_view well_known = "/.well-known";

std::unexpected<Error> malformed(const char* what, std::string_view text) {
  return fail(ErrorCode::malformed, "did:web: {} in '{}'", what, text::for_log(text, 128));
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253 || host.front() == '.' || host.front() == '-') return false;
  for (char c : host) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!alphanumeric && c != '.' && c != '-' && c != '_') return false;
  }
  return !host.contains("..");
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, port);
  return read.ec == std::errc{} && read.ptr == end && port >= 1 && port <= 65535 && text.front() != '0';
}

/// `host` or `host:port`.
bool is_authority(std::string_view text) {
  const auto parts = text::split_once(text, ':');
  return parts ? is_host(parts->first) && is_port(parts->second) : is_host(text);
}

/// A segment of a path as it stands in a URL: nothing in it may change what the path means, escaped or not.
bool is_segment(std::string_view segment) {
  const auto plain = text::percent_decode(segment);
  if (!plain || plain->empty() || *plain == "." || *plain == "..") return false;
  for (char c : *plain) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet <= 0x20 || octet == 0x7f || std::string_view("/?#\\%").contains(c)) return false;
  }
  return true;
}

/// As it may stand in a DID, whose grammar does not know `~`.
std::string encode_for_did(std::string_view text) {
  std::string encoded;
  for (char c : text::percent_encode(text)) {
    if (c == '~') {
      encoded += "%7E";
    } else {
      encoded += c;
    }
  }
  return encoded;
}

}  // namespace

Result<std::string> document_url(const Did& did, WebScheme scheme) {
  const auto parsed = parse_did(did.str());
  if (!parsed) return fail(parsed.error());
  if (method_of(did) != "web") return malformed("another method", did.str());
  auto segments = text::split(method_specific_id(did), ':');
  const auto authority = text::percent_decode(segments.front());
  if (!authority || !is_authority(*authority)) return malformed("no host", did.str());
  auto url = (scheme == WebScheme::https ? "https://" : "http://") + *authority;
  for (std::size_t i = 1; i < segments.size(); ++i) {
    if (!is_segment(segments[i])) return malformed("a path segment that is not allowed", did.str());
    url += '/';
    url += segments[i];
  }
  if (segments.size() == 1) url += well_known;
  url += document_name;
  return url;
}

Result<Did> did_at(WebLocation location) {
  auto path = location.path;
  if (!path.ends_with(document_name)) {
    return fail(ErrorCode::not_found, "a DID document stands at …/did.json");
  }
  path.remove_suffix(document_name.size());
  if (path == well_known) return make_web_did({location.authority, {}});
  if (path.empty())
    return fail(ErrorCode::not_found, "a host's own document stands at {}{}", well_known, document_name);
  if (path == "/") return malformed("a path segment that is not allowed", location.path);
  return make_web_did({location.authority, path});
}

Result<Did> make_web_did(WebLocation location) {
  if (!is_authority(location.authority)) return malformed("no host", location.authority);
  auto did = "did:web:" + encode_for_did(location.authority);
  auto path = location.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.empty()) return Did(std::move(did));
  for (auto segment : text::split(path, '/')) {
    if (!is_segment(segment)) return malformed("a path segment that is not allowed", location.path);
    did += ':';
    did += encode_for_did(text::percent_decode(segment).value());
  }
  return parse_did(did);
}

}  // namespace kontor::protocol::did
