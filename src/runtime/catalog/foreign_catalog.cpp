#include "runtime/catalog/foreign_catalog.hpp"

#include <set>

#include "platform/http/url.hpp"
#include "protocol/dsp/links.hpp"

namespace kontor::runtime::catalog {

namespace http = platform::http;

namespace {

constexpr std::size_t page_bytes_max = 4 * 1024 * 1024;

bool has_scheme(std::string_view link) {
  return link.substr(0, link.find_first_of("/?#")).contains(':');
}

/// Where a link of the page at `url` leads to. Errors: peer_refused, when that is another host.
/// [RFC 8288 §3.1, RFC 3986 §5.2 without dot segments]
Result<std::string> resolve(const std::string& url, const std::string& link) {
  auto from = http::parse_url(url);
  if (!from) return fail(std::move(from.error()));
  const auto origin = from->scheme + "://" + from->authority();
  if (link.starts_with('/') && !link.starts_with("//")) return origin + link;
  const auto path = from->target.substr(0, from->target.find('?'));
  if (link.starts_with('?')) return origin + path + link;
  const bool is_relative =
      !link.empty() && !link.starts_with('/') && !link.starts_with('#') && !has_scheme(link);
  if (is_relative) return origin + path.substr(0, path.rfind('/') + 1) + link;
  const auto to = http::parse_url(link);
  if (to && to->scheme == from->scheme && to->authority() == from->authority()) return link;
  return fail(ErrorCode::peer_refused, "the next page of the catalog is not at {}", origin);
}

Result<json::Object> read_page(const std::string& body) {
  auto page = json::parse(body, {.bytes_max = page_bytes_max});
  if (!page) return fail_as(ErrorCode::peer_refused, std::move(page.error()), "read the provider's answer");
  if (auto* object = page->if_object()) return std::move(*object);
  return fail(ErrorCode::peer_refused, "the provider's answer is no catalog");
}

/// A list of one may stand without brackets.
void as_list(json::Value& value) {
  if (!value.is_object()) return;
  json::Array list;
  list.push_back(std::move(value));
  value = std::move(list);
}

void append(json::Object& catalog, json::Object& page, std::string_view member) {
  auto* more = page.if_contains(member);
  if (!more) return;
  as_list(*more);
  if (!more->is_array()) return;
  auto& all = catalog[member];
  as_list(all);
  if (!all.is_array()) all = json::Array();
  for (auto& each : more->get_array()) all.get_array().push_back(std::move(each));
}

}  // namespace

Task<Result<json::Value>> read_catalog(std::string url, AskPage ask, ForeignCatalogBounds bounds) {
  json::Object catalog;
  std::set<std::string> asked;
  std::size_t bytes = 0;
  for (;;) {
    if (!asked.insert(url).second)
      co_return fail(ErrorCode::peer_refused, "the pages of the catalog lead in a circle");
    auto answer = co_await ask(url);
    if (!answer) co_return fail(std::move(answer.error()));
    bytes += answer->body.text.size();
    auto page = read_page(answer->body.text);
    if (!page) co_return fail(std::move(page.error()));
    if (catalog.empty()) {
      catalog = std::move(*page);
    } else {
      for (const auto* member : {"dataset", "catalog"}) append(catalog, *page, member);
    }
    const auto next = protocol::dsp::link_target(answer->headers.all("Link"), "next");
    if (!next) co_return json::Value(std::move(catalog));
    if (asked.size() >= bounds.pages_max || bytes > bounds.bytes_max) {
      co_return fail(ErrorCode::too_large,
                     "the catalog has more than {} pages or {} bytes: ask for a part of it with a querySpec",
                     bounds.pages_max, bounds.bytes_max);
    }
    auto following = resolve(url, *next);
    if (!following) co_return fail(std::move(following.error()));
    url = std::move(*following);
  }
}

}  // namespace kontor::runtime::catalog
