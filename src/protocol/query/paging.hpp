#pragma once

#include <optional>
#include <string_view>

#include "protocol/query/query.hpp"

namespace kontor::protocol::query {

/// The page of `?offset=…&limit=…`; what is not said is as in `Query`. Errors: invalid_input.
Result<Query> read_paging(std::optional<std::string_view> offset, std::optional<std::string_view> limit);

}  // namespace kontor::protocol::query
