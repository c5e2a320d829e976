#include "app/foundation/late_vault.hpp"

namespace kontor::app::foundation {
namespace {

template <class T>
Task<Result<T>> not_open() {
  co_return fail(ErrorCode::unavailable, "the vault is not open");
}

}  // namespace

Task<Result<protocol::jose::Jwk>> LateVault::create_key(ContextId context, vault::KeyAlias alias,
                                                        crypto::KeyType type) {
  if (!vault_) return not_open<protocol::jose::Jwk>();
  return vault_->create_key(std::move(context), std::move(alias), type);
}

Task<Result<protocol::jose::Jwk>> LateVault::import_key(ContextId context, vault::KeyAlias alias,
                                                        crypto::PrivateKey key) {
  if (!vault_) return not_open<protocol::jose::Jwk>();
  return vault_->import_key(std::move(context), std::move(alias), std::move(key));
}

Task<Result<protocol::jose::Jwk>> LateVault::public_key(ContextId context, vault::KeyAlias alias) {
  if (!vault_) return not_open<protocol::jose::Jwk>();
  return vault_->public_key(std::move(context), std::move(alias));
}

Task<Result<Bytes>> LateVault::sign(ContextId context, vault::KeyAlias alias, std::string message) {
  if (!vault_) return not_open<Bytes>();
  ++signatures_;
  return vault_->sign(std::move(context), std::move(alias), std::move(message));
}

Task<Result<crypto::PrivateKey>> LateVault::export_key(ContextId context, vault::KeyAlias alias) {
  if (!vault_) return not_open<crypto::PrivateKey>();
  return vault_->export_key(std::move(context), std::move(alias));
}

Task<Result<void>> LateVault::destroy_key(ContextId context, vault::KeyAlias alias) {
  if (!vault_) return not_open<void>();
  return vault_->destroy_key(std::move(context), std::move(alias));
}

Task<Result<std::vector<vault::KeyAlias>>> LateVault::list_keys(ContextId context) {
  if (!vault_) return not_open<std::vector<vault::KeyAlias>>();
  return vault_->list_keys(std::move(context));
}

Task<Result<void>> LateVault::put_secret(ContextId context, vault::SecretName name, crypto::Secret value) {
  if (!vault_) return not_open<void>();
  return vault_->put_secret(std::move(context), std::move(name), std::move(value));
}

Task<Result<crypto::Secret>> LateVault::get_secret(ContextId context, vault::SecretName name) {
  if (!vault_) return not_open<crypto::Secret>();
  return vault_->get_secret(std::move(context), std::move(name));
}

Task<Result<void>> LateVault::delete_secret(ContextId context, vault::SecretName name) {
  if (!vault_) return not_open<void>();
  return vault_->delete_secret(std::move(context), std::move(name));
}

Task<Result<std::vector<vault::SecretName>>> LateVault::list_secrets(ContextId context) {
  if (!vault_) return not_open<std::vector<vault::SecretName>>();
  return vault_->list_secrets(std::move(context));
}

Task<Result<void>> LateVault::erase_context(ContextId context) {
  if (!vault_) return not_open<void>();
  return vault_->erase_context(std::move(context));
}

}  // namespace kontor::app::foundation
