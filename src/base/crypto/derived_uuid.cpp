#include "base/crypto/derived_uuid.hpp"

#include "base/crypto/hash.hpp"
#include "base/text/encoding.hpp"

namespace kontor::crypto {
namespace {

constexpr std::size_t uuid_length = 36;
constexpr std::size_t time_length = 13;  ///< with its dash

/// The time of a version 7 UUID at the end of a text; empty: there is none.
std::string_view time_of(std::string_view text) {
  if (text.size() < uuid_length) return {};
  const auto uuid = text.substr(text.size() - uuid_length);
  if (uuid[14] != '7') return {};
  for (std::size_t at = 0; at < uuid_length; ++at) {
    const bool is_dash = at == 8 || at == 13 || at == 18 || at == 23;
    const bool is_digit = (uuid[at] >= '0' && uuid[at] <= '9') || (uuid[at] >= 'a' && uuid[at] <= 'f');
    if (is_dash ? uuid[at] != '-' : !is_digit) return {};
  }
  return uuid.substr(0, time_length);
}

}  // namespace

std::string derived_uuid(std::string_view source) {
  auto octets = sha256(source);
  octets[6] = (octets[6] & std::byte{0x0f}) | std::byte{0x80};
  octets[8] = (octets[8] & std::byte{0x3f}) | std::byte{0x80};
  auto uuid = text::hex_encode(BytesView(octets).first(16));
  for (std::size_t position : {8, 13, 18, 23}) uuid.insert(position, 1, '-');
  return uuid;
}

std::string derived_uuid(std::string_view source, std::string_view beside) {
  auto uuid = derived_uuid(source);
  const auto time = time_of(beside);
  return uuid.replace(0, time.size(), time);
}

}  // namespace kontor::crypto
