#include "protocol/query/paging.hpp"

#include <charconv>

namespace kontor::protocol::query {
namespace {

Result<void> read_number(std::string_view name, std::optional<std::string_view> text, auto& out) {
  if (!text) return {};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
  if (error == std::errc{} && end == text->data() + text->size()) return {};
  return invalid("", "the query parameter '{}' must be a whole number, not negative", name);
}

}  // namespace

Result<Query> read_paging(std::optional<std::string_view> offset, std::optional<std::string_view> limit) {
  Query page;
  if (auto done = read_number("offset", offset, page.offset); !done) return fail(std::move(done.error()));
  if (auto done = read_number("limit", limit, page.limit); !done) return fail(std::move(done.error()));
  if (auto done = check(page); !done) return fail(std::move(done.error()));
  return page;
}

}  // namespace kontor::protocol::query
