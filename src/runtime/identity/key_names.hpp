#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/entity/decision.hpp"
#include "domain/key_pair/types.hpp"
#include "platform/store/store.hpp"

namespace kontor::runtime::identity {

/// That a key pair of the context has a name: an alias in the vault, or an id of a verification method. A
/// name is given once and never again: others remember keys by it, and a private key that is destroyed late
/// must not be another's.
struct KeyName {
  domain::key_pair::KeyPairId key_pair;
};
struct KeyNameDocument {
  using Entity = KeyName;
  static const entity::Kind& kind();
  static std::string encode(const Entity& name);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// What a key pair's creation writes with it: of two that want a name one succeeds, the other is a conflict.
std::vector<platform::store::Put> names_of(const domain::key_pair::KeyPair& key_pair);

}  // namespace kontor::runtime::identity
