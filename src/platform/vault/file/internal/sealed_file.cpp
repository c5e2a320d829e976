#include "platform/vault/file/internal/sealed_file.hpp"

#include <algorithm>
#include <optional>

#include "base/crypto/hash.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::platform::vault::file {
namespace {

constexpr std::string_view magic = "KONTORV1";
constexpr std::size_t wrapped_key_bytes = crypto::aes_key_bytes + crypto::aes_tag_bytes;

/// The parts of a file, as views into it.
struct Parts {
  BytesView place;  ///< magic and context: what everything is bound to
  ContextId context;
  MasterKeyId master_key_id;
  crypto::Nonce wrap_nonce;
  BytesView wrapped_key;
  crypto::Nonce body_nonce;
  BytesView body;
};

void append(Bytes& out, BytesView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

Bytes place_of(const ContextId& context) {
  Bytes place;
  append(place, bytes_of(magic));
  const auto size = context.str().size();
  place.push_back(static_cast<std::byte>(size >> 8 & 0xff));
  place.push_back(static_cast<std::byte>(size & 0xff));
  append(place, bytes_of(context.str()));
  return place;
}

Bytes wrap_binding(BytesView place, const MasterKeyId& id) {
  Bytes binding(place.begin(), place.end());
  append(binding, id);
  return binding;
}

template <std::size_t N>
std::array<std::byte, N> take(BytesView& in) {
  std::array<std::byte, N> taken;
  std::ranges::copy(in.first(N), taken.begin());
  in = in.subspan(N);
  return taken;
}

std::optional<Parts> split(BytesView file) {
  constexpr std::size_t fixed = sizeof(MasterKeyId) + 2 * sizeof(crypto::Nonce) + wrapped_key_bytes;
  if (file.size() < magic.size() + 2 || text_of(file.first(magic.size())) != magic) return std::nullopt;
  const auto context_size = std::to_integer<std::size_t>(file[magic.size()]) << 8 |
                            std::to_integer<std::size_t>(file[magic.size() + 1]);
  const auto place_size = magic.size() + 2 + context_size;
  if (file.size() < place_size + fixed + crypto::aes_tag_bytes) return std::nullopt;
  Parts parts;
  parts.place = file.first(place_size);
  parts.context = ContextId(std::string(text_of(parts.place.last(context_size))));
  auto rest = file.subspan(place_size);
  parts.master_key_id = take<sizeof(MasterKeyId)>(rest);
  parts.wrap_nonce = take<sizeof(crypto::Nonce)>(rest);
  parts.wrapped_key = rest.first(wrapped_key_bytes);
  rest = rest.subspan(wrapped_key_bytes);
  parts.body_nonce = take<sizeof(crypto::Nonce)>(rest);
  parts.body = rest;
  return parts;
}

std::unexpected<Error> damaged(const char* what) {
  return fail(ErrorCode::storage_failed, "the vault's file {}: restore it from a backup", what);
}

Result<crypto::AesKey> unwrap(const Parts& parts, const MasterKeys& keys) {
  const auto* master_key = find_key(keys, parts.master_key_id);
  if (!master_key) {
    return fail(ErrorCode::storage_failed,
                "the vault's file of context '{}' is sealed under the master key {}, which was not given",
                text::for_log(parts.context.str()), text::hex_encode(parts.master_key_id));
  }
  const auto binding = wrap_binding(parts.place, parts.master_key_id);
  const auto key = crypto::open(*master_key, parts.wrap_nonce, {parts.wrapped_key, binding});
  if (!key) return damaged("was changed (data key)");
  return crypto::AesKey::from(key->bytes());
}

struct Wrapping {
  const crypto::AesKey& master_key;
  const crypto::AesKey& data_key;
  const crypto::Nonce& nonce;
};

/// Everything before the body's nonce.
Bytes write_head(Bytes place, const Wrapping& wrapping) {
  const auto id = id_of(wrapping.master_key);
  const auto binding = wrap_binding(place, id);
  append(place, id);
  append(place, wrapping.nonce);
  append(place, crypto::seal(wrapping.master_key, wrapping.nonce, {wrapping.data_key.bytes(), binding}));
  return place;
}

}  // namespace

MasterKeyId id_of(const crypto::AesKey& master_key) {
  const auto digest = crypto::hmac_sha256({master_key.bytes(), bytes_of("kontor vault: id of a master key")});
  MasterKeyId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

const crypto::AesKey* find_key(const MasterKeys& keys, const MasterKeyId& id) {
  if (id_of(keys.current) == id) return &keys.current;
  const auto found = std::ranges::find(keys.previous, id, id_of);
  return found == keys.previous.end() ? nullptr : &*found;
}

Draw draw(Random& random) {
  auto data_key = crypto::AesKey::generate(random);
  const auto wrap_nonce = crypto::new_nonce(random);
  const auto body_nonce = crypto::new_nonce(random);
  return {std::move(data_key), wrap_nonce, body_nonce};
}

Bytes seal_file(const SealRequest& request) {
  const auto place = place_of(request.context);
  auto file = write_head(place, {request.master_key, request.data_key, request.draw.wrap_nonce});
  append(file, request.draw.body_nonce);
  const auto contents = encode(request.contents);
  append(file, crypto::seal(request.data_key, request.draw.body_nonce, {contents.bytes(), place}));
  return file;
}

Result<Unsealed> unseal_file(BytesView file, const ContextId& context, const MasterKeys& keys) {
  const auto parts = split(file);
  if (!parts) return damaged("is cut off or of another kind");
  if (parts->context != context) return damaged("is another context's");
  auto data_key = unwrap(*parts, keys);
  if (!data_key) return fail(data_key.error());
  const auto body = crypto::open(*data_key, parts->body_nonce, {parts->body, parts->place});
  if (!body) return damaged("was changed (body)");
  auto contents = decode(body->bytes());
  if (!contents) return fail(contents.error());
  return Unsealed{std::move(*data_key), std::move(*contents)};
}

Result<Bytes> rewrap_file(BytesView file, const MasterKeys& keys, const crypto::Nonce& nonce) {
  const auto parts = split(file);
  if (!parts) return damaged("is cut off or of another kind");
  const auto data_key = unwrap(*parts, keys);
  if (!data_key) return fail(data_key.error());
  auto rewrapped =
      write_head(Bytes(parts->place.begin(), parts->place.end()), {keys.current, *data_key, nonce});
  append(rewrapped, parts->body_nonce);
  append(rewrapped, parts->body);
  return rewrapped;
}

}  // namespace kontor::platform::vault::file
