#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result/result.hpp"
#include "base/text/bytes.hpp"

namespace kontor::protocol::vc {

/// The bits of a status list (Bitstring Status List §2.2, §3.2; StatusList2021 §3.2). Index 0 is the most
/// significant bit of the first byte.
class Bitstring {
 public:
  /// The smallest list that hides its members among each other (§6.1 of the specification).
  static constexpr std::uint64_t size_bits_min = 131'072;
  /// Two mebibytes: what is read of others is never larger.
  static constexpr std::uint64_t size_bits_max = 16'777'216;

  /// All bits clear. The size is rounded up to whole bytes and raised to the minimum.
  explicit Bitstring(std::uint64_t size_bits);
  Bitstring() : Bitstring(size_bits_min) {}
  /// As it was read; may be smaller than the minimum, as some issuers have it.
  static Bitstring of_bytes(Bytes bytes);

  std::uint64_t size_bits() const { return bytes_.size() * 8; }
  /// Errors: not_found beyond the end.
  Result<bool> test(std::uint64_t index) const;
  Result<void> set(std::uint64_t index, bool value);
  /// How many bits are set.
  std::uint64_t count() const;
  BytesView bytes() const { return bytes_; }

  bool operator==(const Bitstring&) const = default;

 private:
  struct Raw {};
  Bitstring(Raw, Bytes bytes) : bytes_(std::move(bytes)) {}

  Bytes bytes_;
};

/// gzip, then base64url without padding behind the multibase prefix `u`.
std::string encode_bitstring(const Bitstring& bits);

/// The same without the prefix, as StatusList2021 has it.
std::string encode_bitstring_2021(const Bitstring& bits);

/// Reads both forms, and standard base64 with or without padding. Never inflates more than `size_bits_max`.
/// Errors: malformed, too_large, invalid_input for another multibase.
Result<Bitstring> decode_bitstring(std::string_view encoded,
                                   std::uint64_t size_bits_max = Bitstring::size_bits_max);

}  // namespace kontor::protocol::vc
