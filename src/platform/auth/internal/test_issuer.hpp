#pragma once

#include <string>

#include "base/crypto/signature.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jwt.hpp"
#include "testing/loopback/loopback_server.hpp"

/// For tests: an issuer of access tokens with keys, a key set and a discovery document on loopback.
namespace kontor::platform::auth::testing {

namespace jose = protocol::jose;

/// A key that an issuer signs with.
struct IssuerKey {
  std::string kid;
  crypto::PrivateKey key;
};

class TestIssuer {
 public:
  explicit TestIssuer(kontor::testing::EventLoop& loop, std::string path = "") : server(loop), path_(path) {}

  std::string name() const { return server.url(path_); }

  /// Serves these keys, and a discovery document that names them.
  void publish(const std::vector<IssuerKey>& keys) {
    jose::Jwks jwks;
    for (const auto& each : keys) {
      jwks.keys.push_back(jose::jwk_of(each.key.public_key()));
      if (!each.kid.empty()) jwks.keys.back().kid = each.kid;
    }
    server.answer(path_ + "/jwks", json::serialize(write(jwks)));
    discover_as(name());
  }
  void discover_as(std::string issuer) {
    server.answer(
        path_ + "/.well-known/openid-configuration",
        json::serialize(json::Object{{"issuer", issuer}, {"jwks_uri", server.url(path_ + "/jwks")}}));
  }

  /// Claims that are good for five minutes.
  jose::Claims claims(Instant now) const {
    return {.iss = name(),
            .sub = "acme",
            .aud = {"kontor"},
            .exp = now + std::chrono::minutes(5),
            .iat = now,
            .jti = "1"};
  }
  static std::string sign(const IssuerKey& key, const jose::Claims& claims) {
    jose::Header header{.alg = jose::algorithm_of(key.key.type()), .kid = {}, .typ = "at+jwt"};
    if (!key.kid.empty()) header.kid = key.kid;
    auto input = jose::make_signing_input(header, claims);
    const auto signature = crypto::sign(key.key, bytes_of(input));
    return jose::assemble(std::move(input), signature);
  }

  kontor::testing::LoopbackServer server;

 private:
  std::string path_;
};

}  // namespace kontor::platform::auth::testing
