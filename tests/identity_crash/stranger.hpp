#pragma once

#include <string>

#include "base/crypto/keys.hpp"
#include "base/id/id.hpp"
#include "base/random/random.hpp"
#include "base/time/time.hpp"
#include "protocol/jose/jwks.hpp"

namespace kontor::identity_crash {

/// A party without a server: its DID (did:jwk) says what its key is. It asks holders for their credentials,
/// and token services for access tokens.
class Stranger {
 public:
  explicit Stranger(Random& random);

  const Did& did() const { return did_; }
  protocol::jose::Jwks keys() const;
  /// A self-issued token with the access token that a holder gave. [DCP 1.0]
  std::string presenting(const Did& holder, const std::string& access_token, Instant now);
  /// What stands for the secret of a client of a token service. [RFC 7523]
  std::string assertion(const std::string& client, const std::string& audience, Instant now);

 private:
  std::string sign(std::string signing_input) const;

  Random& random_;
  crypto::PrivateKey key_;
  Did did_;
};

}  // namespace kontor::identity_crash
