#include "protocol/jose/algorithm.hpp"

namespace kontor::protocol::jose {

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::eddsa:
      return "EdDSA";
    case Algorithm::es256:
      return "ES256";
    case Algorithm::es384:
      return "ES384";
    case Algorithm::es512:
      return "ES512";
    case Algorithm::rs256:
      return "RS256";
  }
  return {};
}

std::optional<Algorithm> algorithm_named(std::string_view name) {
  if (name == "Ed25519") return Algorithm::eddsa;
  for (auto algorithm :
       {Algorithm::eddsa, Algorithm::es256, Algorithm::es384, Algorithm::es512, Algorithm::rs256}) {
    if (name_of(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

Algorithm algorithm_of(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::ed25519:
      return Algorithm::eddsa;
    case crypto::KeyType::p256:
      return Algorithm::es256;
    case crypto::KeyType::p384:
      return Algorithm::es384;
    case crypto::KeyType::p521:
      return Algorithm::es512;
    case crypto::KeyType::rsa:
      return Algorithm::rs256;
  }
  invariant(false, "every type of key has an algorithm");
  return Algorithm::es256;
}

}  // namespace kontor::protocol::jose
