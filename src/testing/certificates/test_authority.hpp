#pragma once

#include <string>

struct evp_pkey_st;
struct x509_st;

namespace kontor::testing {

struct PemPair {
  std::string certificate;
  std::string private_key;
};

/// A certificate authority of a test's own, whose certificates are valid for a day.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test Authority");
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  std::string certificate() const;

  /// A certificate with `names` as OpenSSL writes them: `DNS:a.example,IP:127.0.0.1`.
  PemPair issue(const std::string& subject, const std::string& names) const;

 private:
  evp_pkey_st* key_;
  x509_st* certificate_;
};

}  // namespace kontor::testing
