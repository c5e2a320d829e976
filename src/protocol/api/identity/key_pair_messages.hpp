#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "protocol/jose/jwk.hpp"

/// Bodies of the Identity API v1beta about key pairs.
namespace kontor::protocol::api::identity {

/// A key to be made in the vault, or one that was made elsewhere and whose private half is there already:
/// exactly one of `public_key_jwk`, `public_key_pem` and the parameters of a generator (`algorithm` EC or
/// EDDSA).
struct KeyDescriptor {
  std::string resource_id;  ///< empty: a new one
  std::string key_id;
  std::string private_key_alias;
  std::string type;  ///< of the verification method
  std::optional<jose::Jwk> public_key_jwk;
  std::optional<std::string> public_key_pem;
  std::string algorithm = "EC";
  std::string curve;  ///< `secp256r1`, `secp384r1` or `ed25519`
  std::vector<std::string> usages;
  bool active = true;
};
/// Refused: no key id or alias, none or several of the sources, algorithms and curves that are not made here,
/// an empty list of usages.
Result<void> read(const json::Node& node, KeyDescriptor& out);
json::Value write(const KeyDescriptor& key);

/// The key that follows another one, where the body names one.
struct Successor {
  std::optional<KeyDescriptor> key;
};
Result<void> read(const json::Node& node, Successor& out);
json::Value write(const Successor& successor);

struct KeyPairResource {
  std::string id;
  ContextId participant_context_id;
  Instant created_at;
  Instant changed_at;
  std::string key_id;
  std::string group_name;
  std::string key_context;  ///< the type of the verification method
  bool is_default = false;
  std::int64_t use_duration = 0;       ///< milliseconds
  std::int64_t rotation_duration = 0;  ///< milliseconds; zero: none is known yet
  json::Value public_key;
  std::string private_key_alias;
  std::int32_t state = 0;
  std::vector<std::string> usages;
};
Result<void> read(const json::Node& node, KeyPairResource& out);
json::Value write(const KeyPairResource& key);

}  // namespace kontor::protocol::api::identity
