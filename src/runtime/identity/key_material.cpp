#include "runtime/identity/key_material.hpp"

#include "base/json/codec.hpp"
#include "runtime/secrets/secrets.hpp"

namespace kontor::runtime::identity {

namespace jose = protocol::jose;
namespace vault = platform::vault;

namespace {

Result<crypto::PrivateKey> read_private_key(const crypto::Secret& secret) {
  const auto text = secret.reveal();
  if (!text.starts_with('{')) return crypto::PrivateKey::from_pem(text);
  auto jwk = json::decode<jose::PrivateJwk>(text);
  if (!jwk) return fail(std::move(jwk.error()));
  return jose::private_key(*jwk);
}

/// The private half that the owner has handed over as a secret becomes a key of the vault.
Task<Result<jose::Jwk>> take_over(vault::Vault& vault, ContextId context, const KeyDescriptor& descriptor) {
  auto secret = co_await vault.get_secret(context, secrets::name_in_vault(descriptor.alias.str()));
  if (!secret && secret.error().code != ErrorCode::not_found) co_return fail(std::move(secret.error()));
  if (!secret) {
    co_return invalid("/privateKeyAlias",
                      "the vault has no private key '{}': write it as a secret of this name first",
                      descriptor.alias);
  }
  auto key = read_private_key(*secret);
  // What the secret holds is not repeated.
  if (!key) co_return invalid("/privateKeyAlias", "the secret '{}' is no private key", descriptor.alias);
  auto public_key = jose::jwk_of(key->public_key());
  if (public_key != *descriptor.public_key) co_return public_key;
  auto imported = co_await vault.import_key(context, descriptor.alias, std::move(*key));
  if (imported || imported.error().code != ErrorCode::conflict) co_return imported;
  co_return co_await vault.public_key(context, descriptor.alias);
}

Task<Result<jose::Jwk>> import(vault::Vault& vault, ContextId context, const KeyDescriptor& descriptor) {
  auto there = co_await vault.public_key(context, descriptor.alias);
  if (!there && there.error().code == ErrorCode::not_found) {
    there = co_await take_over(vault, std::move(context), descriptor);
  }
  if (!there) co_return fail(std::move(there.error()));
  if (*there == *descriptor.public_key) co_return there;
  co_return invalid("/privateKeyAlias", "the private key '{}' is that of another public key",
                    descriptor.alias);
}

Task<Result<jose::Jwk>> make(vault::Vault& vault, ContextId context, const KeyDescriptor& descriptor) {
  auto created = co_await vault.create_key(context, descriptor.alias, descriptor.type);
  if (created || created.error().code != ErrorCode::conflict) co_return created;
  auto there = co_await vault.public_key(std::move(context), descriptor.alias);
  if (!there) co_return fail(std::move(there.error()));
  auto key = jose::public_key(*there);
  if (!key) co_return fail(std::move(key.error()));
  if (key->type() == descriptor.type) co_return there;
  co_return fail(ErrorCode::conflict, "the vault has a key '{}' of type {}", descriptor.alias,
                 crypto::name_of(key->type()));
}

}  // namespace

Task<Result<jose::Jwk>> obtain_key(vault::Vault& vault, ContextId context, const KeyDescriptor& descriptor) {
  if (descriptor.public_key) co_return co_await import(vault, std::move(context), descriptor);
  co_return co_await make(vault, std::move(context), descriptor);
}

}  // namespace kontor::runtime::identity
