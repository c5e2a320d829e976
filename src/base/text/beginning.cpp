#include "base/text/beginning.hpp"

namespace kontor::text {

std::string_view beginning(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  auto end = bytes_max;
  while (end > 0 && continues(end)) --end;
  return text.substr(0, end);
}

}  // namespace kontor::text
