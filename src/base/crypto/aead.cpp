#include "base/crypto/aead.hpp"

#include "base/crypto/internal/openssl.hpp"

namespace kontor::crypto {
namespace {

using openssl::raw;
using openssl::writable;

constexpr std::size_t message_bytes_max = 1u << 30;  // OpenSSL counts in int

openssl::CipherContext start(const AesKey& key, const Nonce& nonce, bool encrypt) {
  openssl::CipherContext context(EVP_CIPHER_CTX_new());
  const bool ready = context && EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, raw(key.bytes()),
                                                  raw(BytesView(nonce)), encrypt ? 1 : 0) == 1;
  invariant(ready, "AES-256-GCM is there");
  return context;
}

void authenticate(EVP_CIPHER_CTX& context, BytesView associated_data) {
  if (associated_data.empty()) return;
  int written = 0;
  const auto size = static_cast<int>(associated_data.size());
  invariant(EVP_CipherUpdate(&context, nullptr, &written, raw(associated_data), size) == 1,
            "AES-256-GCM takes associated data");
}

void transform(EVP_CIPHER_CTX& context, BytesView in, std::span<std::byte> out) {
  if (in.empty()) return;
  int written = 0;
  const auto size = static_cast<int>(in.size());
  invariant(EVP_CipherUpdate(&context, writable(out), &written, raw(in), size) == 1 && written == size,
            "AES-256-GCM takes data");
}

}  // namespace

Nonce new_nonce(Random& random) {
  Nonce nonce;
  random.fill(nonce);
  return nonce;
}

Result<AesKey> AesKey::from(BytesView bytes) {
  if (bytes.size() != aes_key_bytes) {
    return fail(ErrorCode::invalid_input, "an AES-256 key has {} bytes, not {}", aes_key_bytes, bytes.size());
  }
  return AesKey(Secret(bytes));
}

AesKey AesKey::generate(Random& random) {
  Bytes bytes(aes_key_bytes);
  random.fill(bytes);
  return AesKey(Secret(std::move(bytes)));
}

Bytes seal(const AesKey& key, const Nonce& nonce, SealInput input) {
  invariant(input.plaintext.size() <= message_bytes_max && input.associated_data.size() <= message_bytes_max,
            "what is sealed is bounded");
  auto context = start(key, nonce, true);
  authenticate(*context, input.associated_data);
  Bytes sealed(input.plaintext.size() + aes_tag_bytes);
  transform(*context, input.plaintext, sealed);
  auto* tag = writable(std::span(sealed).last(aes_tag_bytes));
  int written = 0;
  const bool done = EVP_CipherFinal_ex(context.get(), tag, &written) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, aes_tag_bytes, tag) == 1;
  invariant(done, "AES-256-GCM ends a message");
  return sealed;
}

Result<Secret> open(const AesKey& key, const Nonce& nonce, OpenInput input) {
  const auto sealed = input.sealed;
  if (sealed.size() < aes_tag_bytes || sealed.size() > message_bytes_max) {
    return fail(ErrorCode::malformed, "{} bytes are no sealed message", sealed.size());
  }
  auto context = start(key, nonce, false);
  authenticate(*context, input.associated_data);
  Bytes plaintext(sealed.size() - aes_tag_bytes);
  transform(*context, sealed.first(plaintext.size()), plaintext);
  Bytes tag(sealed.end() - aes_tag_bytes, sealed.end());
  unsigned char nothing[EVP_MAX_BLOCK_LENGTH];
  int written = 0;
  const bool genuine =
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, aes_tag_bytes, tag.data()) == 1 &&
      EVP_CipherFinal_ex(context.get(), nothing, &written) == 1;
  Secret opened(std::move(plaintext));
  if (!genuine) {
    openssl::clear_errors();
    return fail(ErrorCode::malformed,
                "the sealed message was changed, or sealed with another key or for another place");
  }
  return opened;
}

}  // namespace kontor::crypto
