#include "runtime/identity/key_descriptor.hpp"

#include "protocol/did/did.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
namespace jose = protocol::jose;
namespace key_pair = domain::key_pair;

namespace {

constexpr std::size_t name_bytes_max = 512;

Result<std::vector<key_pair::Usage>> usages_of(const std::vector<std::string>& names) {
  std::vector<key_pair::Usage> usages;
  for (const auto& name : names) {
    const auto usage = key_pair::usage_names.value(name);
    if (!usage) return invalid("/usage", "there is no usage '{}'", name);
    usages.push_back(*usage);
  }
  return usages;
}

/// Nobody publishes a key under the DID of another.
Result<std::string> key_id_of(const std::string& given, const Did& owner) {
  auto id = protocol::did::absolute_id(owner, given);
  const auto url = protocol::did::parse_did_url(id);
  const bool own =
      url && url->did == owner && url->path.empty() && url->query.empty() && !url->fragment.empty();
  if (own && id.size() <= name_bytes_max) return id;
  return invalid("/keyId", "must be a fragment, or a DID URL with one, of {}", owner);
}

crypto::KeyType type_of(const api::KeyDescriptor& body) {
  if (body.algorithm != "EC") return crypto::KeyType::ed25519;
  return body.curve == "secp384r1" ? crypto::KeyType::p384 : crypto::KeyType::p256;
}

/// Of a key that was made elsewhere; none: it is made here.
Result<std::optional<jose::Jwk>> public_key_of(const api::KeyDescriptor& body) {
  if (body.public_key_pem) {
    const auto key = crypto::PublicKey::from_pem(*body.public_key_pem);
    if (!key) return invalid("/publicKeyPem", "{}", key.error().message());
    return jose::jwk_of(*key);
  }
  if (!body.public_key_jwk) return std::nullopt;
  const auto key = jose::verification_key(*body.public_key_jwk);
  if (!key) return invalid("/publicKeyJwk", "{}", key.error().message());
  return jose::jwk_of(*key);
}

}  // namespace

Result<KeyDescriptor> descriptor_of(const api::KeyDescriptor& body, const Did& owner) {
  auto usages = usages_of(body.usages);
  if (!usages) return fail(std::move(usages.error()));
  auto key_id = key_id_of(body.key_id, owner);
  if (!key_id) return fail(std::move(key_id.error()));
  auto public_key = public_key_of(body);
  if (!public_key) return fail(std::move(public_key.error()));
  if (body.resource_id.size() > name_bytes_max) return invalid("/resourceId", "is too long");
  KeyDescriptor descriptor{.id = body.resource_id,
                           .key_id = std::move(*key_id),
                           .alias = platform::vault::KeyAlias(body.private_key_alias),
                           .type = type_of(body),
                           .public_key = std::move(*public_key),
                           .usages = std::move(*usages),
                           .active = body.active,
                           .make_default = false};
  // The form in which keys are published fits one type more.
  if (body.type == "JsonWebKey") descriptor.method_type = body.type;
  return descriptor;
}

}  // namespace kontor::runtime::identity
