#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor {

/// Octets that are no text: keys, digests, signatures, cipher texts.
using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

/// The octets of a text, and octets as text, without a copy. The result lives as long as its argument.
inline BytesView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view text_of(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace kontor
