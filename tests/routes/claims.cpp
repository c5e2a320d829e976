#include "claims.hpp"

#include "base/crypto/signature.hpp"
#include "base/json/codec.hpp"
#include "base/text/bytes.hpp"
#include "protocol/jose/jwk.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::routes_test {

namespace jose = protocol::jose;

Provider::Provider(Random& random)
    : key_(crypto::PrivateKey::generate(crypto::KeyType::p256, random).value()) {}

std::string Provider::jwks() const {
  auto jwk = jose::jwk_of(key_.public_key());
  jwk.kid = "provider-key";
  json::Array keys;
  keys.push_back(jose::write(jwk));
  return json::serialize(json::Object{{"keys", std::move(keys)}});
}

std::string Provider::token(const std::string& issuer, const Claims& claims, Instant now) const {
  jose::Claims all{.iss = claims.issuer.value_or(issuer),
                   .sub = claims.subject,
                   .aud = {claims.audience},
                   .exp = now + claims.lifetime,
                   .iat = now - std::chrono::hours(1)};
  if (claims.role) all.rest.emplace("role", *claims.role);
  if (claims.context) all.rest.emplace("participant_context_id", *claims.context);
  if (!claims.scope.empty()) all.rest.emplace("scope", claims.scope);
  auto input = jose::make_signing_input({.kid = "provider-key", .typ = "at+jwt"}, all);
  const auto signature = crypto::sign(key_, bytes_of(input));
  return jose::assemble(std::move(input), signature);
}

}  // namespace kontor::routes_test
