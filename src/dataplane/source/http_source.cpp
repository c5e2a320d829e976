#include "dataplane/source/http_source.hpp"

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
constexpr std::size_t header_name_bytes_max = 128;

std::string_view plain_name(std::string_view name) {
  return name.starts_with(edc_namespace) ? name.substr(edc_namespace.size()) : name;
}

/// What a source of this plane cannot have: data would be fetched otherwise than its owner said.
bool is_unsupported(std::string_view name, std::string_view value) {
  if (name == "method") return !text::equal_ignoring_case(value, "GET");
  return name == "secretName" || name == "body" || name.starts_with("oauth2:");
}

Result<void> add_header(HttpSource& source, std::string_view name, const std::string& value,
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

}  // namespace

Result<HttpSource> read_http_source(const json::Node& node) {
  dps::DataAddress address;
  if (auto done = dps::read_data_address(node, address); !done) return fail(std::move(done.error()));
  if (plain_name(address.endpoint_type) != "HttpData") {
    return invalid(node.pointer() + "/type", "must be HttpData: this data plane has no other sources");
  }
  auto url = whole_url(address, node.pointer());
  if (!url) return fail(std::move(url.error()));
  HttpSource source{.url = std::move(*url),
                    .proxy_path = text_or_empty(address, "proxyPath") == "true",
                    .proxy_query = text_or_empty(address, "proxyQueryParams") == "true",
                    .headers = {}};
  if (const auto* name = address.property("authKey")) {
    auto added = add_header(source, *name, text_or_empty(address, "authCode"), node.pointer() + "/authKey");
    if (!added) return fail(std::move(added.error()));
  }
  for (const auto& property : address.properties) {
    const auto name = plain_name(property.name);
    const auto pointer = node.pointer() + "/" + json::pointer_segment(name);
    if (is_unsupported(name, property.value)) return invalid(pointer, "is not supported by this data plane");
    if (!name.starts_with(header_prefix)) continue;
    auto added = add_header(source, name.substr(header_prefix.size()), property.value, pointer);
    if (!added) return fail(std::move(added.error()));
  }
  return source;
}

dps::DataAddress write_http_source(const HttpSource& source) {
  dps::DataAddress address{.endpoint_type = "HttpData", .endpoint = source.url, .properties = {}};
  if (source.proxy_path) dps::set_property(address, {"proxyPath", "true"});
  if (source.proxy_query) dps::set_property(address, {"proxyQueryParams", "true"});
  for (const auto& [name, value] : source.headers) {
    address.properties.push_back({std::string(sealed_header_prefix) + name, value});
  }
  return address;
}

Result<HttpSource> http_source_of(const dps::DataAddress& address) {
  if (!address.endpoint) return invalid("/endpoint", "is missing in the stored source");
  HttpSource source{.url = *address.endpoint,
                    .proxy_path = text_or_empty(address, "proxyPath") == "true",
                    .proxy_query = text_or_empty(address, "proxyQueryParams") == "true",
                    .headers = {}};
  for (const auto& property : address.properties) {
    if (!property.name.starts_with(sealed_header_prefix)) continue;
    source.headers.emplace_back(property.name.substr(sealed_header_prefix.size()), property.value);
  }
  return source;
}

}  // namespace kontor::dataplane::source
