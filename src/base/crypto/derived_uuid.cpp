#include "base/crypto/derived_uuid.hpp"

#include "base/crypto/hash.hpp"
#include "base/text/encoding.hpp"

namespace kontor::crypto {

std::string derived_uuid(std::string_view source) {
  auto octets = sha256(source);
  octets[6] = (octets[6] & std::byte{0x0f}) | std::byte{0x80};
  octets[8] = (octets[8] & std::byte{0x3f}) | std::byte{0x80};
  auto uuid = text::hex_encode(BytesView(octets).first(16));
  for (std::size_t position : {8, 13, 18, 23}) uuid.insert(position, 1, '-');
  return uuid;
}

}  // namespace kontor::crypto
