#include "protocol/did/did.hpp"

#include <optional>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::protocol::did {
namespace {

bool is_method_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_plain_id_char(char c) {
  return is_method_char(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
}

/// `*( *idchar ":" ) 1*idchar`: colons stand anywhere but at the end.
bool is_method_specific_id(std::string_view text) {
  if (text.empty() || text.back() == ':') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (text[i] != ':' && !is_plain_id_char(text[i])) {
      return false;
    }
  }
  return true;
}

/// Characters of RFC 3986 that may stand in a path, query or fragment.
bool is_url_tail(std::string_view text) {
  constexpr std::string_view others = "-._~%!$&'()*+,;=:@/?";
  for (char c : text) {
    const bool alphanumeric = is_method_char(c) || (c >= 'A' && c <= 'Z');
    if (!alphanumeric && !others.contains(c)) return false;
  }
  return text::percent_decode(text).has_value();
}

struct Split {
  std::string_view method;
  std::string_view id;
};

std::optional<Split> split(std::string_view text) {
  constexpr std::string_view scheme = "did:";
  if (!text.starts_with(scheme)) return std::nullopt;
  const auto parts = text::split_once(text.substr(scheme.size()), ':');
  if (!parts) return std::nullopt;
  return Split{parts->first, parts->second};
}

std::unexpected<Error> no_did(std::string_view text) {
  return fail(ErrorCode::malformed, "'{}' is no DID", text::for_log(text, 128));
}

}  // namespace

Result<Did> parse_did(std::string_view text) {
  if (text.size() > did_bytes_max) {
    return fail(ErrorCode::malformed, "a DID of {} bytes, {} are allowed", text.size(), did_bytes_max);
  }
  const auto parts = split(text);
  if (!parts || parts->method.empty() || !is_method_specific_id(parts->id)) return no_did(text);
  for (char c : parts->method) {
    if (!is_method_char(c)) return no_did(text);
  }
  return Did(std::string(text));
}

Result<DidUrl> parse_did_url(std::string_view text) {
  DidUrl url;
  auto rest = text;
  if (const auto parts = text::split_once(rest, '#')) {
    rest = parts->first;
    url.fragment = parts->second;
  }
  if (const auto parts = text::split_once(rest, '?')) {
    rest = parts->first;
    url.query = parts->second;
  }
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    url.path = rest.substr(slash);
    rest = rest.substr(0, slash);
  }
  if (text.size() > did_bytes_max || !is_url_tail(url.path) || !is_url_tail(url.query) ||
      !is_url_tail(url.fragment)) {
    return no_did(text);
  }
  auto did = parse_did(rest);
  if (!did) return fail(did.error());
  url.did = std::move(*did);
  return url;
}

std::string to_string(const DidUrl& url) {
  auto text = url.did.str() + url.path;
  if (!url.query.empty()) text += "?" + url.query;
  if (!url.fragment.empty()) text += "#" + url.fragment;
  return text;
}

std::string_view method_of(const Did& did) {
  const auto parts = split(did.str());
  return parts ? parts->method : std::string_view();
}

std::string_view method_specific_id(const Did& did) {
  const auto parts = split(did.str());
  return parts ? parts->id : std::string_view();
}

std::string absolute_id(const Did& subject, std::string_view id) {
  if (id.starts_with("did:")) return std::string(id);
  if (id.starts_with('#')) return subject.str() + std::string(id);
  return subject.str() + "#" + std::string(id);
}

}  // namespace kontor::protocol::did
