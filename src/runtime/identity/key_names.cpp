#include "runtime/identity/key_names.hpp"

#include "base/json/codec.hpp"
#include "base/json/stored.hpp"

namespace kontor::runtime::identity {

Result<void> read(const json::Node& node, KeyName& out) {
  json::ObjectReader in(node);
  in.required("keyPair", out.key_pair);
  return in.done();
}

json::Value write(const KeyName& name) {
  return json::ObjectWriter().field("keyPair", name.key_pair).done();
}

const entity::Kind& KeyNameDocument::kind() {
  static constexpr entity::Kind kind{.name = "key-name"};
  return kind;
}

std::string KeyNameDocument::encode(const Entity& name) {
  return json::encode(name);
}

Result<KeyName> KeyNameDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<KeyName>(stored);
}

std::vector<platform::store::Put> names_of(const domain::key_pair::KeyPair& key_pair) {
  const auto stored = KeyNameDocument::encode({key_pair.id});
  return {{&KeyNameDocument::kind(), EntityId("alias " + key_pair.private_key_alias), 0, stored},
          {&KeyNameDocument::kind(), EntityId("key " + key_pair.key_id), 0, stored}};
}

}  // namespace kontor::runtime::identity
