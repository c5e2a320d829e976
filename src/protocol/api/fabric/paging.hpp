#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json/codec.hpp"

namespace kontor::protocol::api::fabric {

/// The largest page; asking for none or for more gives this one.
inline constexpr std::uint32_t page_max = 10'000;

/// A part of a list.
struct PageRequest {
  std::uint64_t offset = 0;
  std::uint32_t limit = page_max;

  bool operator==(const PageRequest&) const = default;
};

/// From `?offset=…&limit=…`; none: not given. Errors: invalid_input (no whole number, or a negative one).
Result<PageRequest> read_page(std::optional<std::string_view> offset, std::optional<std::string_view> limit);

/// The body of every `…/query`: a predicate in the fabric's query language
/// (protocol/query/predicate_text.hpp).
struct Query {
  std::string predicate = "true";
  PageRequest page;

  bool operator==(const Query&) const = default;
};

Result<void> read(const json::Node& node, Query& out);
json::Value write(const Query& query);

/// The header fields of a page: `X-Total-Count` is `total`; `Link` has the relations self, first, last, and
/// where there are such pages prev and next. Its targets are relative to the API's base:
/// `</tenants?offset=10&limit=10>; rel="next"`.
std::string link_header(std::string_view collection, const PageRequest& page, std::uint64_t total);

}  // namespace kontor::protocol::api::fabric
