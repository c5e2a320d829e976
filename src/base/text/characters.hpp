#pragma once

#include <cstddef>
#include <string_view>

namespace kontor::text {

/// How many characters a text has, for bounds that are told to people: code points of UTF-8, every octet but
/// those that continue one.
std::size_t characters(std::string_view text);

}  // namespace kontor::text
