#pragma once

#include <optional>
#include <string>

#include "base/crypto/keys.hpp"
#include "base/random/random.hpp"
#include "base/time/time.hpp"

namespace kontor::routes_test {

/// What an access token says. Everything stands as it is given, so wrong tokens are minted as easily as right
/// ones.
struct Claims {
  std::string subject = "somebody";
  std::optional<std::string> role = {};
  std::optional<std::string> context = {};  ///< claim `participant_context_id`
  std::string scope = {};
  std::string audience = "kontor";
  std::chrono::seconds lifetime{600};  ///< negative: expired
  std::optional<std::string> issuer = {};
};

/// An OpenID provider: a key, its JWKS, and tokens.
class Provider {
 public:
  explicit Provider(Random& random);

  std::string jwks() const;
  std::string token(const std::string& issuer, const Claims& claims, Instant now) const;

 private:
  crypto::PrivateKey key_;
};

}  // namespace kontor::routes_test
