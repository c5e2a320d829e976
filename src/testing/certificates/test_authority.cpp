#include "testing/certificates/test_authority.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <vector>

#include "base/result/result.hpp"

namespace kontor::testing {
namespace {

struct Extension {
  int id;
  std::string value;
};

/// Whose certificate it is, and who signs it; no issuer: it signs itself.
struct Parties {
  std::string subject;
  EVP_PKEY* subject_key;
  X509* issuer;
  EVP_PKEY* issuer_key;
};

X509* make(const Parties& parties, const Extension& extension) {
  auto* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), parties.issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
  X509_set_pubkey(certificate, parties.subject_key);
  auto* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(parties.subject.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, parties.issuer == nullptr ? name : X509_get_subject_name(parties.issuer));
  auto* made = X509V3_EXT_conf_nid(nullptr, nullptr, extension.id, extension.value.c_str());
  invariant(made != nullptr, "a test's certificate extension is written correctly");
  X509_add_ext(certificate, made, -1);
  X509_EXTENSION_free(made);
  invariant(X509_sign(certificate, parties.issuer_key, EVP_sha256()) != 0,
            "a test's certificate can be signed");
  return certificate;
}

std::string text(BIO* memory) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(memory, &data);
  std::string content(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return content;
}

std::string pem(X509* certificate) {
  auto* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  return text(memory);
}

std::string pem(EVP_PKEY* key) {
  auto* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
  return text(memory);
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  certificate_ = make({name, key_, nullptr, key_}, {NID_basic_constraints, "critical,CA:TRUE"});
}

TestAuthority::~TestAuthority() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

std::string TestAuthority::certificate() const {
  return pem(certificate_);
}

PemPair TestAuthority::issue(const std::string& subject, const std::string& names) const {
  auto* key = EVP_EC_gen("P-256");
  auto* certificate = make({subject, key, certificate_, key_}, {NID_subject_alt_name, names});
  PemPair pair{pem(certificate), pem(key)};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

}  // namespace kontor::testing
