#include "platform/vault/file/internal/contents.hpp"

#include <optional>

namespace kontor::platform::vault::file {
namespace {

constexpr std::byte version{1};
constexpr std::size_t count_bytes = 4;
constexpr std::size_t name_size_bytes = 2;
constexpr std::size_t value_size_bytes = 4;

class Writer {
 public:
  explicit Writer(std::size_t size) { out_.reserve(size); }

  void number(std::size_t value, std::size_t width) {
    for (auto shift = width; shift-- > 0;) out_.push_back(static_cast<std::byte>(value >> (8 * shift)));
  }
  void bytes(BytesView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void entry(std::string_view name, const crypto::Secret& value) {
    number(name.size(), name_size_bytes);
    bytes(bytes_of(name));
    number(value.size(), value_size_bytes);
    bytes(value.bytes());
  }
  crypto::Secret done(std::size_t expected) && {
    invariant(out_.size() == expected, "the size of a vault's contents was foreseen");
    return crypto::Secret(std::move(out_));
  }

 private:
  Bytes out_;
};

class Reader {
 public:
  explicit Reader(BytesView in) : in_(in) {}

  std::optional<std::size_t> number(std::size_t width) {
    const auto digits = bytes(width);
    if (!digits) return std::nullopt;
    std::size_t value = 0;
    for (auto digit : *digits) value = value << 8 | std::to_integer<std::size_t>(digit);
    return value;
  }
  std::optional<BytesView> bytes(std::size_t size) {
    if (in_.size() < size) return std::nullopt;
    const auto taken = in_.first(size);
    in_ = in_.subspan(size);
    return taken;
  }
  std::optional<BytesView> sized(std::size_t width) {
    const auto size = number(width);
    return size ? bytes(*size) : std::nullopt;
  }
  bool at_end() const { return in_.empty(); }

 private:
  BytesView in_;
};

std::size_t entry_size(std::string_view name, const crypto::Secret& value) {
  return name_size_bytes + name.size() + value_size_bytes + value.size();
}

std::size_t size_of(const Contents& contents) {
  auto size = 1 + 2 * count_bytes;
  for (const auto& [alias, key] : contents.keys) size += 1 + entry_size(alias, key.material);
  for (const auto& [name, value] : contents.secrets) size += entry_size(name, value);
  return size;
}

bool read_key(Reader& in, Contents& out) {
  const auto type = in.number(1);
  const auto alias = in.sized(name_size_bytes);
  const auto material = in.sized(value_size_bytes);
  if (!type || !alias || !material || *type > static_cast<std::size_t>(crypto::KeyType::rsa)) return false;
  StoredKey key{static_cast<crypto::KeyType>(*type), crypto::Secret(*material)};
  return out.keys.emplace(text_of(*alias), std::move(key)).second;
}

bool read_secret(Reader& in, Contents& out) {
  const auto name = in.sized(name_size_bytes);
  const auto value = in.sized(value_size_bytes);
  return name && value && out.secrets.emplace(text_of(*name), crypto::Secret(*value)).second;
}

bool read_all(Reader& in, Contents& out) {
  if (in.number(1) != std::to_integer<std::size_t>(version)) return false;
  for (const auto read : {read_key, read_secret}) {
    const auto count = in.number(count_bytes);
    if (!count) return false;
    for (std::size_t i = 0; i < *count; ++i) {
      if (!read(in, out)) return false;
    }
  }
  return in.at_end();
}

}  // namespace

StoredKey store_key(const crypto::PrivateKey& key) {
  const bool rsa = key.type() == crypto::KeyType::rsa;
  return {key.type(), rsa ? key.to_pkcs8() : key.scalar()};
}

Result<crypto::PrivateKey> restore_key(const StoredKey& stored) {
  if (stored.type == crypto::KeyType::rsa) return crypto::PrivateKey::from_pkcs8(stored.material.bytes());
  return crypto::PrivateKey::from_scalar(stored.type, stored.material.bytes());
}

crypto::Secret encode(const Contents& contents) {
  const auto size = size_of(contents);
  Writer out(size);
  out.number(std::to_integer<std::size_t>(version), 1);
  out.number(contents.keys.size(), count_bytes);
  for (const auto& [alias, key] : contents.keys) {
    out.number(static_cast<std::size_t>(key.type), 1);
    out.entry(alias, key.material);
  }
  out.number(contents.secrets.size(), count_bytes);
  for (const auto& [name, value] : contents.secrets) out.entry(name, value);
  return std::move(out).done(size);
}

Result<Contents> decode(BytesView encoded) {
  Contents contents;
  Reader in(encoded);
  if (!read_all(in, contents))
    return fail(ErrorCode::storage_failed, "the contents of the vault's file are not readable");
  return contents;
}

}  // namespace kontor::platform::vault::file
