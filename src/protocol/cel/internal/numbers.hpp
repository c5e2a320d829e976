#pragma once

#include <optional>
#include <string_view>

namespace kontor::protocol::cel {

/// A decimal number, its nearest double; too small a one is zero. Nothing for too large a one, and for a text
/// that is no number. `inf` and `nan` are numbers.
std::optional<double> parse_double(std::string_view text);

}  // namespace kontor::protocol::cel
