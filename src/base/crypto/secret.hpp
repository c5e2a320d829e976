#pragma once

#include <string_view>

#include "base/text/bytes.hpp"

namespace kontor::crypto {

/// Octets that nobody may read by accident: they cannot be formatted, logged or encoded without `reveal`,
/// compare in constant time and are overwritten when they go out of use. Wiping the source of a copy is the
/// caller's duty.
class Secret {
 public:
  Secret() = default;
  explicit Secret(BytesView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit Secret(std::string_view text) : Secret(bytes_of(text)) {}
  /// Takes the buffer over, without a copy.
  explicit Secret(Bytes&& bytes) : bytes_(std::move(bytes)) {}

  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  Secret& operator=(Secret other) noexcept {
    bytes_.swap(other.bytes_);
    return *this;
  }
  ~Secret();

  BytesView bytes() const { return bytes_; }
  std::string_view reveal() const { return text_of(bytes_); }
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }

  friend bool operator==(const Secret& a, const Secret& b);

 private:
  Bytes bytes_;
};

/// Overwrites what the compiler would otherwise leave, because nobody reads it again.
void wipe(std::span<std::byte> bytes);

}  // namespace kontor::crypto
