#pragma once

#include "base/json/codec.hpp"

/// What was stored is read again: it is larger and deeper than what came in from outside, which has the
/// bounds of `parse`. As large as the store takes a body, and twice as deep as what comes in.
namespace kontor::json {

inline constexpr ParseLimits stored_limits{.bytes_max = std::size_t{16} << 20, .depth_max = 64};

/// Errors: malformed, invalid_input, too_large.
template <class T>
Result<T> decode_stored(std::string_view stored) {
  return decode<T>(stored, stored_limits);
}

}  // namespace kontor::json
