#include <array>
#include <cstdint>

#include "base/text/encoding.hpp"

namespace kontor::text {
namespace {

constexpr std::uint8_t no_digit = 0xff;

struct Alphabet {
  std::array<char, 64> digits;
  std::array<std::uint8_t, 256> values;
};

constexpr Alphabet make_alphabet(std::string_view digits) {
  Alphabet alphabet{};
  alphabet.values.fill(no_digit);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    alphabet.digits[i] = digits[i];
    alphabet.values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  }
  return alphabet;
}

constexpr auto standard = make_alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
constexpr auto url_safe = make_alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

std::uint32_t octet(std::byte byte) {
  return std::to_integer<std::uint32_t>(byte);
}

std::string encode(const Alphabet& alphabet, BytesView bytes) {
  std::string text((bytes.size() * 8 + 5) / 6, '\0');
  auto next = text.begin();
  const auto put = [&](std::uint32_t bits) { *next++ = alphabet.digits[bits & 0x3f]; };
  while (bytes.size() >= 3) {
    const auto three = octet(bytes[0]) << 16 | octet(bytes[1]) << 8 | octet(bytes[2]);
    for (const int shift : {18, 12, 6, 0}) put(three >> shift);
    bytes = bytes.subspan(3);
  }
  if (bytes.empty()) return text;
  const auto last = octet(bytes[0]) << 16 | (bytes.size() == 2 ? octet(bytes[1]) << 8 : 0);
  put(last >> 18);
  put(last >> 12);
  if (bytes.size() == 2) put(last >> 6);
  return text;
}

Result<Bytes> decode(const Alphabet& alphabet, std::string_view text) {
  if (text.size() % 4 == 1) return fail(ErrorCode::malformed, "{} characters are no base64", text.size());
  Bytes bytes(text.size() * 6 / 8);
  auto next = bytes.begin();
  std::uint32_t pending = 0;
  int pending_bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto value = alphabet.values[static_cast<unsigned char>(text[i])];
    if (value == no_digit) return fail(ErrorCode::malformed, "character {} is no base64 digit", i);
    pending = (pending << 6) | value;
    pending_bits += 6;
    if (pending_bits >= 8) {
      pending_bits -= 8;
      *next++ = static_cast<std::byte>(pending >> pending_bits & 0xff);
    }
  }
  const auto left_over = pending & ((1u << pending_bits) - 1);
  if (left_over != 0) return fail(ErrorCode::malformed, "the base64 text has bits left over at its end");
  return bytes;
}

}  // namespace

std::string base64url_encode(BytesView bytes) {
  return encode(url_safe, bytes);
}

Result<Bytes> base64url_decode(std::string_view text) {
  return decode(url_safe, text);
}

std::string base64_encode(BytesView bytes) {
  auto text = encode(standard, bytes);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Result<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0)
    return fail(ErrorCode::malformed, "the base64 text is not padded to four characters");
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode(standard, text);
}

}  // namespace kontor::text
