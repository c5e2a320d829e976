#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "base/result/result.hpp"

/// For tests: a certificate authority of their own, valid for a day.
namespace kontor::platform::http {

struct PemPair {
  std::string certificate;
  std::string private_key;
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test Authority") : key_(EVP_EC_gen("P-256")) {
    certificate_ = make(name, key_, nullptr, {{NID_basic_constraints, "critical,CA:TRUE"}});
  }
  ~TestAuthority() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  std::string certificate() const { return pem(certificate_); }

  /// A certificate with `names` as OpenSSL writes them: `DNS:a.example,IP:127.0.0.1`.
  PemPair issue(const std::string& subject, const std::string& names) const {
    auto* key = EVP_EC_gen("P-256");
    auto* certificate = make(subject, key, certificate_, {{NID_subject_alt_name, names}});
    PemPair pair{pem(certificate), pem(key)};
    X509_free(certificate);
    EVP_PKEY_free(key);
    return pair;
  }

 private:
  struct Extension {
    int id;
    std::string value;
  };

  X509* make(const std::string& subject, EVP_PKEY* key, X509* issuer,
             std::vector<Extension> extensions) const {
    auto* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer == nullptr ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    X509_set_pubkey(certificate, key);
    auto* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, issuer == nullptr ? name : X509_get_subject_name(issuer));
    for (const auto& extension : extensions) {
      auto* made = X509V3_EXT_conf_nid(nullptr, nullptr, extension.id, extension.value.c_str());
      invariant(made != nullptr, "a test's certificate extension is written correctly");
      X509_add_ext(certificate, made, -1);
      X509_EXTENSION_free(made);
    }
    invariant(X509_sign(certificate, key_, EVP_sha256()) != 0, "a test's certificate can be signed");
    return certificate;
  }

  static std::string text(BIO* memory) {
    char* data = nullptr;
    auto size = BIO_get_mem_data(memory, &data);
    std::string content(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return content;
  }
  static std::string pem(X509* certificate) {
    auto* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, certificate);
    return text(memory);
  }
  static std::string pem(EVP_PKEY* key) {
    auto* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
    return text(memory);
  }

  EVP_PKEY* key_;
  X509* certificate_;
};

}  // namespace kontor::platform::http
