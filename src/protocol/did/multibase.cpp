#include "protocol/did/multibase.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text/encoding.hpp"

namespace kontor::protocol::did {
namespace {

using crypto::KeyType;
using crypto::PublicKey;

constexpr std::string_view digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t text_size_max = 4096;

/// Multicodec numbers as unsigned varints (multiformats, table.csv).
struct Codec {
  KeyType type;
  std::array<std::byte, 2> prefix;
};
constexpr std::array codecs{
    Codec{KeyType::ed25519, {std::byte{0xed}, std::byte{0x01}}},
    Codec{KeyType::p256, {std::byte{0x80}, std::byte{0x24}}},
    Codec{KeyType::p384, {std::byte{0x81}, std::byte{0x24}}},
    Codec{KeyType::p521, {std::byte{0x82}, std::byte{0x24}}},
    Codec{KeyType::rsa, {std::byte{0x85}, std::byte{0x24}}},
};

Bytes payload_of(const PublicKey& key) {
  if (key.type() == KeyType::ed25519) return key.parts().x;
  if (key.type() == KeyType::rsa) return key.rsa_der();
  return key.compressed_point();
}

Result<PublicKey> key_of(KeyType type, BytesView payload) {
  if (type == KeyType::ed25519) return PublicKey::from_ed25519(payload);
  if (type == KeyType::rsa) return PublicKey::from_rsa_der(payload);
  return PublicKey::from_ec_point(type, payload);
}

Result<Bytes> decode_multibase(std::string_view text) {
  if (text.starts_with('z')) return base58_decode(text.substr(1));
  if (text.starts_with('u')) return text::base64url_decode(text.substr(1));
  return fail(ErrorCode::malformed, "a key in multibase starts with 'z' (base58btc) or 'u' (base64url)");
}

}  // namespace

std::string base58_encode(BytesView bytes) {
  const auto zeros = static_cast<std::size_t>(
      std::ranges::find_if(bytes, [](std::byte b) { return b != std::byte{0}; }) - bytes.begin());
  std::string reversed;  // values first, digits at the end
  for (auto byte : bytes.subspan(zeros)) {
    auto carry = std::to_integer<unsigned>(byte);
    for (auto& digit : reversed) {
      carry += static_cast<unsigned>(digit) << 8;
      digit = static_cast<char>(carry % 58);
      carry /= 58;
    }
    for (; carry > 0; carry /= 58) reversed += static_cast<char>(carry % 58);
  }
  std::string text(zeros, digits[0]);
  for (auto digit = reversed.rbegin(); digit != reversed.rend(); ++digit)
    text += digits[static_cast<std::size_t>(*digit)];
  return text;
}

Result<Bytes> base58_decode(std::string_view text) {
  if (text.size() > text_size_max) {
    return fail(ErrorCode::malformed, "{} base58 characters, {} are allowed", text.size(), text_size_max);
  }
  const auto zeros = std::min(text.find_first_not_of(digits[0]), text.size());
  Bytes reversed;
  for (std::size_t i = zeros; i < text.size(); ++i) {
    auto carry = digits.find(text[i]);
    if (carry == std::string_view::npos)
      return fail(ErrorCode::malformed, "character {} is no base58 digit", i);
    for (auto& byte : reversed) {
      carry += std::to_integer<std::size_t>(byte) * 58;
      byte = static_cast<std::byte>(carry & 0xff);
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) reversed.push_back(static_cast<std::byte>(carry & 0xff));
  }
  Bytes bytes(zeros);
  bytes.insert(bytes.end(), reversed.rbegin(), reversed.rend());
  return bytes;
}

std::string multikey_of(const PublicKey& key) {
  const auto* codec = std::ranges::find(codecs, key.type(), &Codec::type);
  Bytes bytes(codec->prefix.begin(), codec->prefix.end());
  const auto payload = payload_of(key);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return "z" + base58_encode(bytes);
}

Result<PublicKey> key_of_multikey(std::string_view text) {
  const auto bytes = decode_multibase(text);
  if (!bytes) return fail(bytes.error());
  for (const auto& codec : codecs) {
    if (bytes->size() > codec.prefix.size() && std::ranges::equal(BytesView(*bytes).first(2), codec.prefix)) {
      return key_of(codec.type, BytesView(*bytes).subspan(2));
    }
  }
  return fail(ErrorCode::invalid_input,
              "keys are Ed25519, P-256, P-384, P-521 or RSA: this multikey is another");
}

}  // namespace kontor::protocol::did
