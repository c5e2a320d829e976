#include "stranger.hpp"

#include "base/crypto/signature.hpp"
#include "base/text/encoding.hpp"
#include "protocol/dcp/tokens.hpp"

namespace kontor::identity_crash {

namespace dcp = protocol::dcp;
namespace jose = protocol::jose;

namespace {

constexpr auto lifetime = std::chrono::minutes(5);
constexpr auto key_id = "assertions";

Did did_of(const crypto::PublicKey& key) {
  return Did("did:jwk:" + text::base64url_encode(bytes_of(json::serialize(write(jose::jwk_of(key))))));
}

}  // namespace

Stranger::Stranger(Random& random)
    : random_(random),
      key_(crypto::PrivateKey::generate(crypto::KeyType::p256, random).value()),
      did_(did_of(key_.public_key())) {}

jose::Jwks Stranger::keys() const {
  auto key = jose::jwk_of(key_.public_key());
  key.kid = key_id;
  return {{std::move(key)}};
}

std::string Stranger::sign(std::string signing_input) const {
  const auto signature = crypto::sign(key_, bytes_of(signing_input));
  return jose::assemble(std::move(signing_input), signature);
}

std::string Stranger::presenting(const Did& holder, const std::string& access_token, Instant now) {
  const dcp::SelfIssuedToken token{.issuer = did_,
                                   .audience = holder,
                                   .jti = new_uuid(random_),
                                   .now = now,
                                   .lifetime = lifetime,
                                   .access_token = access_token};
  return sign(dcp::signing_input(
      token, {.alg = jose::algorithm_of(crypto::KeyType::p256), .kid = did_.str() + "#0"}));
}

std::string Stranger::assertion(const std::string& client, const std::string& audience, Instant now) {
  jose::Claims claims{.iss = client,
                      .sub = client,
                      .aud = {audience},
                      .exp = now + lifetime,
                      .iat = now,
                      .jti = new_uuid(random_)};
  return sign(
      jose::make_signing_input({.alg = jose::algorithm_of(crypto::KeyType::p256), .kid = key_id}, claims));
}

}  // namespace kontor::identity_crash
