#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.hpp"

struct evp_pkey_st;
struct ssl_st;
struct x509_st;

namespace kontor::platform::http {

/// A certificate with its private key, with which a client proves itself to one server [RFC 8446 §4.4.2].
/// Used on the io thread; the key is never given out.
class ClientIdentity {
 public:
  /// From PEM: the own certificate, those that lead from it to an authority, and an unencrypted private key,
  /// in any order but that the own certificate is the first. Errors: invalid_input, which holds nothing of
  /// the text.
  static Result<std::shared_ptr<const ClientIdentity>> from_pem(std::string_view pem);
  ~ClientIdentity();
  ClientIdentity(const ClientIdentity&) = delete;
  ClientIdentity& operator=(const ClientIdentity&) = delete;

  /// Of the own certificate: SHA-256. Who has an identity with it has its private key.
  const std::string& fingerprint() const { return fingerprint_; }
  /// Shows it in the handshake to come. Errors: invalid_input (OpenSSL does not take it, as too weak).
  Result<void> show_in(ssl_st& connection) const;

 private:
  ClientIdentity() = default;

  std::vector<x509_st*> certificates_;
  evp_pkey_st* key_ = nullptr;
  std::string fingerprint_;
};

}  // namespace kontor::platform::http
