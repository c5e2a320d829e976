#pragma once

#include <cstddef>
#include <string_view>

namespace kontor::text {

/// At most so many octets of it, and no part of a character: of UTF-8, such as values in JSON, to be shown
/// again. What came as octets of others is for `for_log`. A view into the argument.
std::string_view beginning(std::string_view text, std::size_t bytes_max);

}  // namespace kontor::text
