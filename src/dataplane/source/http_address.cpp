#include "dataplane/source/http_address.hpp"

#include <algorithm>
#include <array>

#include "base/text/text.hpp"
#include "platform/http/message.hpp"
#include "platform/http/url.hpp"

namespace kontor::dataplane::source {

namespace dps = protocol::dps;
namespace http = platform::http;

namespace {

constexpr std::string_view edc_namespace = "https://w3id.org/edc/v0.0.1/ns/";
constexpr std::string_view header_prefix = "header:";
constexpr std::string_view sealed_header_prefix = "secret-header:";
constexpr std::string_view certificate_member = "tls:certificateKey";
constexpr std::string_view methods_member = "proxyMethods";
constexpr std::size_t header_name_bytes_max = 128;

std::string_view plain_name(std::string_view name) {
  return name.starts_with(edc_namespace) ? name.substr(edc_namespace.size()) : name;
}

Result<void> add_header(HttpAddress& source, std::string_view name, const std::string& value,
                        const std::string& pointer) {
  static constexpr std::array<std::string_view, 6> ours{"host",       "content-length",    "connection",
                                                        "keep-alive", "transfer-encoding", "upgrade"};
  const auto is_same = [&](std::string_view own) { return text::equal_ignoring_case(own, name); };
  http::Headers trial;
  if (value.empty()) return invalid(pointer, "names a header without a value");
  if (name.empty() || name.size() > header_name_bytes_max || std::ranges::any_of(ours, is_same) ||
      !trial.add(std::string(name), value)) {
    return invalid(pointer, "names a header that cannot be sent");
  }
  source.headers.emplace_back(name, value);
  return {};
}

std::string text_or_empty(const dps::DataAddress& address, std::string_view name) {
  const auto* value = address.property(name);
  return value ? *value : std::string();
}

Result<std::string> whole_url(const dps::DataAddress& address, const std::string& pointer) {
  auto base = address.endpoint ? *address.endpoint : text_or_empty(address, "baseUrl");
  if (base.empty()) return invalid(pointer + "/baseUrl", "is required");
  if (base.contains('#')) return invalid(pointer + "/baseUrl", "must have no fragment");
  auto query = text_or_empty(address, "queryParams");
  if (auto halves = text::split_once(base, '?')) {
    query = std::string(halves->second) + (query.empty() ? "" : "&" + query);
    base = std::string(halves->first);
  }
  auto path = text_or_empty(address, "path");
  if (!path.empty()) {
    while (base.ends_with('/')) base.pop_back();
    base += (path.starts_with('/') ? "" : "/") + path;
  }
  if (!query.empty()) base += "?" + query;
  auto url = http::parse_url(base);
  if (!url) return invalid(pointer + "/baseUrl", "{}", url.error().message());
  return base;
}

bool flag(const dps::DataAddress& address, std::string_view name) {
  return text::equal_ignoring_case(text_or_empty(address, name), "true");
}

Result<void> read_method(const dps::DataAddress& address, HttpAddress& out, const std::string& pointer) {
  static constexpr std::array<std::string_view, 5> methods{"GET", "POST", "PUT", "PATCH", "DELETE"};
  const auto* given = address.property("method");
  if (!given || given->empty()) return {};
  const auto is_given = [&](std::string_view each) { return text::equal_ignoring_case(each, *given); };
  const auto* found = std::ranges::find_if(methods, is_given);
  if (found == methods.end()) return invalid(pointer + "/method", "must be GET, POST, PUT, PATCH or DELETE");
  out.method = *found;
  return {};
}

Result<void> read_proxy_methods(const dps::DataAddress& address, HttpAddress& out,
                                const std::string& pointer) {
  static constexpr std::array<std::string_view, 6> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  const auto* given = address.property(methods_member);
  if (!given) return {};
  const auto place = pointer + "/" + std::string(methods_member);
  if (!out.proxy_method) return invalid(place, "needs proxyMethod: \"true\" beside it");
  for (auto word : text::split(*given, ' ')) {
    if (word.empty()) continue;
    const auto is_word = [&](std::string_view each) { return text::equal_ignoring_case(each, word); };
    const auto* found = std::ranges::find_if(methods, is_word);
    if (found == methods.end())
      return invalid(place, "must name methods among GET, HEAD, POST, PUT, PATCH and DELETE, with spaces");
    if (std::ranges::none_of(out.proxy_methods, is_word)) out.proxy_methods.emplace_back(*found);
  }
  if (out.proxy_methods.empty()) return invalid(place, "must name a method");
  return {};
}

/// As every member that is no text a list would be passed over, and each method be let through.
Result<void> check_methods_are_text(const json::Node& node) {
  const auto* object = node.value().if_object();
  if (!object) return {};
  for (const auto& member : *object) {
    const std::string_view key(member.key().data(), member.key().size());
    const auto below = node.member(key, member.value());
    if (plain_name(key) == methods_member && member.value().is_structured())
      return invalid(below.pointer(), "must be a text, the names of methods with spaces between them");
    if (key != "properties") continue;
    if (auto fine = check_methods_are_text(below); !fine) return fine;
  }
  return {};
}

Result<void> read_certificate(const dps::DataAddress& address, HttpAddress& out, const std::string& pointer) {
  out.certificate = text_or_empty(address, certificate_member);
  const auto url = http::parse_url(out.url);
  if (out.certificate.empty() || (url && url->secure())) return {};
  return invalid(pointer + "/" + json::pointer_segment(certificate_member), "needs an https address");
}

/// What the form of the asset and the stored form have in common.
Result<void> read_asking(const dps::DataAddress& address, HttpAddress& out, const std::string& pointer) {
  out.proxy_path = flag(address, "proxyPath");
  out.proxy_query = flag(address, "proxyQueryParams");
  out.proxy_method = flag(address, "proxyMethod");
  out.proxy_body = flag(address, "proxyBody");
  out.sized_body = flag(address, "nonChunkedTransfer");
  out.content_type = text_or_empty(address, "contentType");
  http::Headers trial;
  if (!trial.add("Content-Type", out.content_type))
    return invalid(pointer + "/contentType", "cannot stand in a header");
  auto credential = read_http_credential(address, pointer);
  if (!credential) return fail(std::move(credential.error()));
  out.credential = std::move(*credential);
  if (auto fine = read_certificate(address, out, pointer); !fine) return fine;
  if (auto fine = read_proxy_methods(address, out, pointer); !fine) return fine;
  return read_method(address, out, pointer);
}

Result<void> read_proof(const dps::DataAddress& address, HttpAddress& out, const std::string& pointer) {
  auto authorization = read_authorization(address, pointer);
  if (!authorization) return fail(std::move(authorization.error()));
  if (*authorization) {
    if (out.credential) return invalid(pointer, "names two ways to authenticate");
    auto added = add_header(out, (*authorization)->first, (*authorization)->second, pointer);
    if (!added) return added;
  }
  const auto* name = address.property("authKey");
  if (!name) return {};
  const auto place = pointer + "/authKey";
  const bool by_name = out.credential && out.credential->scheme == HttpCredential::Scheme::header;
  if (!by_name) return add_header(out, *name, text_or_empty(address, "authCode"), place);
  if (address.property("authCode")) return invalid(pointer + "/authCode", "stands beside secretName");
  HttpAddress trial;
  return add_header(trial, *name, "a secret", place);
}

}  // namespace

Result<HttpAddress> read_http_address(const json::Node& node) {
  dps::DataAddress address;
  if (auto done = dps::read_data_address(node, address); !done) return fail(std::move(done.error()));
  if (auto fine = check_methods_are_text(node); !fine) return fail(std::move(fine.error()));
  auto url = whole_url(address, node.pointer());
  if (!url) return fail(std::move(url.error()));
  HttpAddress read{.url = std::move(*url), .content_type = {}, .headers = {}};
  if (auto done = read_asking(address, read, node.pointer()); !done) return fail(std::move(done.error()));
  if (auto done = read_proof(address, read, node.pointer()); !done) return fail(std::move(done.error()));
  for (const auto& property : address.properties) {
    const auto name = plain_name(property.name);
    const auto pointer = node.pointer() + "/" + json::pointer_segment(name);
    // Data would be fetched otherwise than its owner said.
    if (name == "body") return invalid(pointer, "is not supported by this data plane");
    if (!name.starts_with(header_prefix)) continue;
    auto added = add_header(read, name.substr(header_prefix.size()), property.value, pointer);
    if (!added) return fail(std::move(added.error()));
  }
  return read;
}

dps::DataAddress write_http_address(const HttpAddress& address) {
  dps::DataAddress stored{.endpoint_type = std::string(http_type), .endpoint = address.url, .properties = {}};
  const auto set_flag = [&](std::string_view name, bool is_set) {
    if (is_set) dps::set_property(stored, {std::string(name), "true"});
  };
  set_flag("proxyPath", address.proxy_path);
  set_flag("proxyQueryParams", address.proxy_query);
  set_flag("proxyMethod", address.proxy_method);
  if (!address.proxy_methods.empty())
    dps::set_property(stored, {std::string(methods_member), text::join(address.proxy_methods, " ")});
  set_flag("proxyBody", address.proxy_body);
  set_flag("nonChunkedTransfer", address.sized_body);
  if (address.method != "GET") dps::set_property(stored, {"method", address.method});
  if (!address.content_type.empty()) dps::set_property(stored, {"contentType", address.content_type});
  if (address.credential) write_http_credential(*address.credential, stored);
  if (!address.certificate.empty())
    dps::set_property(stored, {std::string(certificate_member), address.certificate});
  for (const auto& [name, value] : address.headers) {
    stored.properties.push_back({std::string(sealed_header_prefix) + name, value});
  }
  return stored;
}

Result<HttpAddress> http_address_of(const dps::DataAddress& stored) {
  if (!stored.endpoint) return invalid("/endpoint", "is missing in the stored source");
  HttpAddress address{.url = *stored.endpoint, .content_type = {}, .headers = {}};
  if (auto done = read_asking(stored, address, ""); !done) return fail(std::move(done.error()));
  for (const auto& property : stored.properties) {
    if (!property.name.starts_with(sealed_header_prefix)) continue;
    address.headers.emplace_back(property.name.substr(sealed_header_prefix.size()), property.value);
  }
  return address;
}

}  // namespace kontor::dataplane::source
