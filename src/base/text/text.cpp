#include "base/text/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace kontor::text {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// How many bytes at the start of `text` are ASCII, counted in blocks of eight.
std::size_t ascii_blocks(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t length = 0;
  for (std::uint64_t block; length + sizeof block <= text.size(); length += sizeof block) {
    std::memcpy(&block, text.data() + length, sizeof block);
    if ((block & high_bits) != 0) break;
  }
  return length;
}

/// The length of the well-formed UTF-8 sequence at the start of `text` (Unicode 15, table 3-7); 0 where there
/// is none.
std::size_t sequence_length(std::string_view text) {
  const auto octet = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&](std::size_t i) { return (octet(i) & 0xc0) == 0x80; };
  const auto first = octet(0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && octet(1) < 0xa0;
    const bool surrogate = first == 0xed && octet(1) > 0x9f;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && octet(1) < 0x90;
    const bool too_large = first == 0xf4 && octet(1) > 0x8f;
    return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

/// C0, DEL, C1 and the marks that turn the direction of text or end a line.
bool is_control(std::string_view sequence) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return octet(0) < 0x20 || octet(0) == 0x7f;
  if (sequence.size() == 2) return octet(0) == 0xc2 && octet(1) < 0xa0;
  if (sequence.size() == 3 && octet(0) == 0xe2) {
    if (octet(1) == 0x80) return octet(2) >= 0xa8 && octet(2) <= 0xae;
    if (octet(1) == 0x81) return octet(2) >= 0xa6 && octet(2) <= 0xa9;
  }
  return false;
}

void append_escaped(std::string& out, std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    out += "\\x";
    out += digits[octet >> 4];
    out += digits[octet & 0xf];
  }
}

std::optional<std::pair<std::string_view, std::string_view>> split_at(std::string_view text,
                                                                      std::size_t position) {
  if (position == std::string_view::npos) return std::nullopt;
  return std::pair{text.substr(0, position), text.substr(position + 1)};
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  parts.reserve(1 + static_cast<std::size_t>(std::ranges::count(text, separator)));
  while (auto pair = split_once(text, separator)) {
    parts.push_back(pair->first);
    text = pair->second;
  }
  parts.push_back(text);
  return parts;
}

std::optional<std::pair<std::string_view, std::string_view>> split_once(std::string_view text,
                                                                        char separator) {
  return split_at(text, text.find(separator));
}

std::optional<std::pair<std::string_view, std::string_view>> split_last(std::string_view text,
                                                                        char separator) {
  return split_at(text, text.rfind(separator));
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += separator;
    text += parts[i];
  }
  return text;
}

std::string to_lower(std::string_view text) {
  std::string lowered(text);
  for (auto& c : lowered) c = lower(c);
  return lowered;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a == b || (a.size() == b.size() && starts_with_ignoring_case(a, b));
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (lower(text[i]) != lower(prefix[i])) return false;
  }
  return true;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(ascii_blocks(text));
    if (text.empty()) break;
    const auto length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool equal_in_constant_time(BytesView a, BytesView b) {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | std::to_integer<std::uint8_t>(a[i] ^ b[i]));
  }
  return difference == 0;
}

std::string for_log(std::string_view text, std::size_t bytes_max) {
  std::string safe;
  safe.reserve(std::min(text.size(), bytes_max));
  while (!text.empty()) {
    const auto length = sequence_length(text);
    const auto taken = text.substr(0, std::max<std::size_t>(length, 1));
    const auto before = safe.size();
    if (length == 0 || is_control(taken) || taken == "\\") {
      append_escaped(safe, taken);
    } else {
      safe += taken;
    }
    if (safe.size() > bytes_max) {
      safe.resize(before);
      return safe + "…";
    }
    text.remove_prefix(taken.size());
  }
  return safe;
}

}  // namespace kontor::text
