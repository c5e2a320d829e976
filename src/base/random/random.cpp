#include "base/random/random.hpp"

#include <array>
#include <vector>

#include "base/random/ordered_uuid.hpp"

namespace kontor {
namespace {

std::string hex(std::span<const std::byte> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text(bytes.size() * 2, '\0');
  char* next = text.data();
  for (auto byte : bytes) {
    *next++ = digits[std::to_integer<unsigned>(byte) >> 4];
    *next++ = digits[std::to_integer<unsigned>(byte) & 0xf];
  }
  return text;
}

using UuidBytes = std::array<std::byte, 16>;

std::string uuid_of(UuidBytes bytes, std::byte version) {
  bytes[6] = (bytes[6] & std::byte{0x0f}) | version << 4;
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
  auto text = hex(bytes);
  for (std::size_t position : {8, 13, 18, 23}) text.insert(position, 1, '-');
  return text;
}

}  // namespace

std::string new_uuid(Random& random) {
  UuidBytes bytes;
  random.fill(bytes);
  return uuid_of(bytes, std::byte{4});
}

std::string ordered_uuid(Random& random, std::chrono::sys_time<std::chrono::microseconds> now) {
  UuidBytes bytes;
  random.fill(bytes);
  auto left = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
  for (int at = 5; at >= 0; --at, left >>= 8) bytes[at] = static_cast<std::byte>(left & 0xff);
  return uuid_of(bytes, std::byte{7});
}

std::string random_hex(Random& random, std::size_t bytes) {
  std::vector<std::byte> buffer(bytes);
  random.fill(buffer);
  return hex(buffer);
}

}  // namespace kontor
