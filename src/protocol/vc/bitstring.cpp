#include "protocol/vc/bitstring.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>

#include "base/text/encoding.hpp"

namespace kontor::protocol::vc {
namespace {

/// 15 bits of window, and a gzip header around (zlib's manual, deflateInit2).
constexpr int gzip_window = 15 + 16;

std::byte mask_of(std::uint64_t index) {
  return std::byte{0x80} >> (index % 8);
}

const Bytef* octets(BytesView bytes) {
  return reinterpret_cast<const Bytef*>(bytes.data());
}
Bytef* octets(Bytes& bytes) {
  return reinterpret_cast<Bytef*>(bytes.data());
}

Bytes deflated(BytesView plain) {
  z_stream stream{};
  int status = deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
  invariant(status == Z_OK, "zlib starts to deflate");
  Bytes packed(deflateBound(&stream, plain.size()));
  stream.next_in = const_cast<Bytef*>(octets(plain));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = octets(packed);
  stream.avail_out = static_cast<uInt>(packed.size());
  status = deflate(&stream, Z_FINISH);
  invariant(status == Z_STREAM_END, "deflateBound is enough");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Result<Bytes> inflated(BytesView packed, std::size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK)
    return fail(ErrorCode::internal, "zlib does not start to inflate");
  stream.next_in = const_cast<Bytef*>(octets(packed));
  stream.avail_in = static_cast<uInt>(packed.size());
  Bytes plain(std::min<std::size_t>(bytes_max + 1, 32 * 1024));
  int status = Z_OK;
  while (true) {
    stream.next_out = octets(plain) + stream.total_out;
    stream.avail_out = static_cast<uInt>(plain.size() - stream.total_out);
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK || stream.avail_out != 0 || plain.size() > bytes_max) break;
    plain.resize(std::min(bytes_max + 1, plain.size() * 2));
  }
  const auto size = static_cast<std::size_t>(stream.total_out);
  const bool trailing = stream.avail_in != 0;
  inflateEnd(&stream);
  if (size > bytes_max)
    return fail(ErrorCode::too_large, "the status list has more than {} bits", bytes_max * 8);
  if (status != Z_STREAM_END || trailing)
    return fail(ErrorCode::malformed, "the status list is no gzip stream");
  plain.resize(size);
  return plain;
}

Result<Bytes> packed_bytes(std::string_view encoded) {
  if (encoded.starts_with('z')) {
    return fail(ErrorCode::invalid_input, "the status list is in base58: only base64url ('u') is read");
  }
  if (encoded.starts_with('u')) encoded.remove_prefix(1);
  while (encoded.ends_with('=')) encoded.remove_suffix(1);
  std::string text(encoded);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text::base64url_decode(text);
}

}  // namespace

Bitstring::Bitstring(std::uint64_t size_bits)
    : bytes_((std::clamp(size_bits, size_bits_min, size_bits_max) + 7) / 8) {}

Bitstring Bitstring::of_bytes(Bytes bytes) {
  return Bitstring(Raw{}, std::move(bytes));
}

Result<bool> Bitstring::test(std::uint64_t index) const {
  if (index >= size_bits()) {
    return fail(ErrorCode::not_found, "index {} is beyond the status list's {} bits", index, size_bits());
  }
  return (bytes_[index / 8] & mask_of(index)) != std::byte{0};
}

Result<void> Bitstring::set(std::uint64_t index, bool value) {
  if (index >= size_bits()) {
    return fail(ErrorCode::not_found, "index {} is beyond the status list's {} bits", index, size_bits());
  }
  auto& place = bytes_[index / 8];
  place = value ? place | mask_of(index) : place & ~mask_of(index);
  return {};
}

std::uint64_t Bitstring::count() const {
  std::uint64_t bits = 0;
  for (auto byte : bytes_)
    bits += static_cast<std::uint64_t>(std::popcount(static_cast<unsigned char>(byte)));
  return bits;
}

std::string encode_bitstring(const Bitstring& bits) {
  return "u" + encode_bitstring_2021(bits);
}

std::string encode_bitstring_2021(const Bitstring& bits) {
  return text::base64url_encode(deflated(bits.bytes()));
}

Result<Bitstring> decode_bitstring(std::string_view encoded, std::uint64_t size_bits_max) {
  auto packed = packed_bytes(encoded);
  if (!packed) return fail(std::move(packed.error()), "read a status list");
  auto plain = inflated(*packed, size_bits_max / 8);
  if (!plain) return fail(std::move(plain.error()));
  if (plain->empty()) return fail(ErrorCode::malformed, "the status list is empty");
  return Bitstring::of_bytes(std::move(*plain));
}

}  // namespace kontor::protocol::vc
