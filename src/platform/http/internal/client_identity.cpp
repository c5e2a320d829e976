#include "platform/http/client_identity.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <limits>

#include "platform/http/internal/openssl_error.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t certificates_max = 10;

std::unexpected<Error> refuse(std::string_view why) {
  ERR_clear_error();
  return fail(ErrorCode::invalid_input, "{}", why);
}

using Memory = std::unique_ptr<BIO, decltype([](BIO* memory) { BIO_free(memory); })>;

Memory memory_of(std::string_view text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Nobody is there to be asked for a password.
int no_password(char*, int, int, void*) {
  return -1;
}

}  // namespace

Result<std::shared_ptr<const ClientIdentity>> ClientIdentity::from_pem(std::string_view pem) {
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return refuse("is too long");
  std::shared_ptr<ClientIdentity> made(new ClientIdentity);
  auto chain = memory_of(pem);
  while (auto* certificate = PEM_read_bio_X509(chain.get(), nullptr, no_password, nullptr)) {
    made->certificates_.push_back(certificate);
    if (made->certificates_.size() > certificates_max) return refuse("holds more than ten certificates");
  }
  if (made->certificates_.empty()) return refuse("holds no certificate in PEM");
  made->key_ = PEM_read_bio_PrivateKey(memory_of(pem).get(), nullptr, no_password, nullptr);
  if (made->key_ == nullptr) return refuse("holds no unencrypted private key in PEM");
  auto* own = made->certificates_.front();
  if (X509_check_private_key(own, made->key_) != 1)
    return refuse("holds a private key that does not belong to its first certificate");
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  invariant(X509_digest(own, EVP_sha256(), digest, &size) == 1, "a certificate has a digest");
  made->fingerprint_.assign(reinterpret_cast<const char*>(digest), size);
  ERR_clear_error();
  return made;
}

ClientIdentity::~ClientIdentity() {
  for (auto* certificate : certificates_) X509_free(certificate);
  EVP_PKEY_free(key_);
}

Result<void> ClientIdentity::show_in(ssl_st& connection) const {
  bool taken = SSL_use_certificate(&connection, certificates_.front()) == 1 &&
               SSL_use_PrivateKey(&connection, key_) == 1;
  for (std::size_t i = 1; i < certificates_.size(); ++i)
    taken = taken && SSL_add1_chain_cert(&connection, certificates_[i]) == 1;
  if (taken) return {};
  return fail(ErrorCode::invalid_input, "the client certificate cannot be used: {}", openssl_reason());
}

}  // namespace kontor::platform::http
