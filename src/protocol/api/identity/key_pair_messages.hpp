#pragma once

#include <string>
#include <vector>

#include "base/json/codec.hpp"

/// Bodies of the Identity API v1beta about key pairs.
namespace kontor::protocol::api::identity {

/// A key to be made in the vault. `algorithm` is EC or EDDSA.
struct KeyDescriptor {
  std::string key_id;
  std::string private_key_alias;
  std::string algorithm = "EC";
  std::string curve;
  std::vector<std::string> usages;
  bool active = true;
};
/// Refused: no key id or alias, other algorithms and curves than P-256 and Ed25519, an empty list of usages.
Result<void> read(const json::Node& node, KeyDescriptor& out);
json::Value write(const KeyDescriptor& key);

struct KeyPairResource {
  std::string id;
  std::string key_id;
  std::int32_t state = 0;
  bool is_default = false;
  std::vector<std::string> usages;
  json::Value public_key;
};
Result<void> read(const json::Node& node, KeyPairResource& out);
json::Value write(const KeyPairResource& key);

}  // namespace kontor::protocol::api::identity
