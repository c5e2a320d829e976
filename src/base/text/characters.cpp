#include "base/text/characters.hpp"

#include <algorithm>

namespace kontor::text {

std::size_t characters(std::string_view text) {
  const auto begins = [](char each) { return (static_cast<unsigned char>(each) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

}  // namespace kontor::text
