#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/key_pair/types.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::runtime::identity {

/// How a key comes to be: made inside the vault, or already there under the alias.
struct KeyDescriptor {
  std::string id = {};  ///< of the key pair; empty: a new one
  std::string key_id;   ///< `did#fragment`, or the fragment alone
  platform::vault::KeyAlias alias;
  crypto::KeyType type = crypto::KeyType::p256;
  /// Of a key that was made elsewhere; its private half is in the vault, as a key under the alias or as a
  /// secret of the owner's with that name (a private JWK, or PEM).
  std::optional<protocol::jose::Jwk> public_key = {};
  std::string method_type = "JsonWebKey2020";        ///< of the verification method
  std::vector<domain::key_pair::Usage> usages = {};  ///< empty: all three
  bool active = true;
  bool make_default = true;
};

/// Makes the key in the vault, or takes it over, and gives its public half. A key that stands under the alias
/// already is taken as it is, so that a broken-off creation can be repeated. Errors: invalid_input where the
/// private half of a public key is not there or is that of another, conflict for a key of another type.
Task<Result<protocol::jose::Jwk>> obtain_key(platform::vault::Vault& vault, ContextId context,
                                             const KeyDescriptor& descriptor);

}  // namespace kontor::runtime::identity
