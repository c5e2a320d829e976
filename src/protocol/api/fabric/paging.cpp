#include "protocol/api/fabric/paging.hpp"

#include <charconv>

namespace kontor::protocol::api::fabric {
namespace {

Result<std::uint64_t> read_number(std::string_view text, std::string_view name) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) {
    return invalid("/" + std::string(name), "{} must be a whole number from 0", name);
  }
  return number;
}

std::uint32_t bounded_limit(std::uint64_t limit) {
  return limit == 0 || limit > page_max ? page_max : static_cast<std::uint32_t>(limit);
}

}  // namespace

Result<PageRequest> read_page(std::optional<std::string_view> offset, std::optional<std::string_view> limit) {
  PageRequest page;
  if (offset && !offset->empty()) {
    auto number = read_number(*offset, "offset");
    if (!number) return fail(number.error());
    page.offset = *number;
  }
  if (limit && !limit->empty()) {
    auto number = read_number(*limit, "limit");
    if (!number) return fail(number.error());
    page.limit = bounded_limit(*number);
  }
  return page;
}

Result<void> read(const json::Node& node, Query& out) {
  json::ObjectReader in(node);
  std::uint64_t limit = 0;
  in.required("predicate", out.predicate).optional("offset", out.page.offset).optional("limit", limit);
  out.page.limit = bounded_limit(limit);
  return in.done();
}

json::Value write(const Query& query) {
  return json::ObjectWriter()
      .field("predicate", query.predicate)
      .field("offset", query.page.offset)
      .field("limit", query.page.limit)
      .done();
}

std::string link_header(std::string_view collection, const PageRequest& page, std::uint64_t total) {
  std::string header;
  const auto add = [&](std::uint64_t offset, std::string_view relation) {
    header += fmt::format("{}<{}?offset={}&limit={}>; rel=\"{}\"", header.empty() ? "" : ", ", collection,
                          offset, page.limit, relation);
  };
  const std::uint64_t last = total == 0 ? 0 : (total - 1) / page.limit * page.limit;
  add(page.offset, "self");
  add(0, "first");
  add(last, "last");
  if (page.offset > 0) add(page.offset > page.limit ? page.offset - page.limit : 0, "prev");
  if (page.offset < total && total - page.offset > page.limit) add(page.offset + page.limit, "next");
  return header;
}

}  // namespace kontor::protocol::api::fabric
