#include "runtime/identity/key_descriptor.hpp"

#include "protocol/did/did.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
namespace key_pair = domain::key_pair;

namespace {

Result<std::vector<key_pair::Usage>> usages_of(const std::vector<std::string>& names) {
  std::vector<key_pair::Usage> usages;
  for (const auto& name : names) {
    const auto usage = key_pair::usage_names.value(name);
    if (!usage) return invalid("/key/usage", "there is no usage '{}'", name);
    usages.push_back(*usage);
  }
  return usages;
}

}  // namespace

Result<KeyDescriptor> descriptor_of(const api::KeyDescriptor& body, const Did& owner) {
  auto usages = usages_of(body.usages);
  if (!usages) return fail(std::move(usages.error()));
  const auto type = body.algorithm == "EC" ? crypto::KeyType::p256 : crypto::KeyType::ed25519;
  return KeyDescriptor{.key_id = protocol::did::absolute_id(owner, body.key_id),
                       .alias = platform::vault::KeyAlias(body.private_key_alias),
                       .type = type,
                       .usages = std::move(*usages),
                       .active = body.active};
}

}  // namespace kontor::runtime::identity
