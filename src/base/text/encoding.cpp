#include "base/text/encoding.hpp"

#include <optional>

namespace kontor::text {
namespace {

std::optional<unsigned> hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

std::optional<unsigned> hex_pair(std::string_view digits) {
  if (digits.size() < 2) return std::nullopt;
  const auto high = hex_value(digits[0]);
  const auto low = hex_value(digits[1]);
  if (!high || !low) return std::nullopt;
  return *high << 4 | *low;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string hex_encode(BytesView bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text(bytes.size() * 2, '\0');
  char* next = text.data();
  for (auto byte : bytes) {
    *next++ = digits[std::to_integer<unsigned>(byte) >> 4];
    *next++ = digits[std::to_integer<unsigned>(byte) & 0xf];
  }
  return text;
}

Result<Bytes> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return fail(ErrorCode::malformed, "an odd number of hexadecimal digits");
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto value = hex_pair(text.substr(i, 2));
    if (!value) return fail(ErrorCode::malformed, "characters {} and {} are no hexadecimal digits", i, i + 1);
    bytes.push_back(static_cast<std::byte>(*value));
  }
  return bytes;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    if (is_unreserved(c) || keep.contains(c)) {
      encoded += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += digits[octet >> 4];
    encoded += digits[octet & 0xf];
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) {
  if (!text.contains('%')) return std::string(text);
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto value = hex_pair(text.substr(i + 1, 2));
    if (!value)
      return fail(ErrorCode::malformed, "character {}: '%' without two hexadecimal digits behind it", i);
    decoded += static_cast<char>(*value);
    i += 2;
  }
  return decoded;
}

}  // namespace kontor::text
