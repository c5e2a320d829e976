#include "base/crypto/running_hash.hpp"

#include "base/crypto/hash.hpp"
#include "base/crypto/internal/openssl.hpp"
#include "base/result/result.hpp"
#include "base/text/encoding.hpp"

namespace kontor::crypto {

struct RunningSha256::State {
  openssl::DigestContext context{EVP_MD_CTX_new()};
};

RunningSha256::RunningSha256() : state_(std::make_unique<State>()) {
  const bool begun = EVP_DigestInit_ex(state_->context.get(), openssl::sha_256(), nullptr) == 1;
  invariant(begun, "SHA-2 works");
}
RunningSha256::~RunningSha256() = default;

void RunningSha256::add(std::string_view piece) {
  invariant(EVP_DigestUpdate(state_->context.get(), piece.data(), piece.size()) == 1, "SHA-2 works");
}

std::string RunningSha256::hex() {
  Sha256 digest;
  unsigned size = 0;
  const bool done = EVP_DigestFinal_ex(state_->context.get(), openssl::writable(digest), &size) == 1;
  invariant(done && size == digest.size(), "SHA-2 works");
  return text::hex_encode(digest);
}

}  // namespace kontor::crypto
