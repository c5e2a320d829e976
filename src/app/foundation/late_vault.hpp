#pragma once

#include <cstdint>
#include <memory>

#include "platform/vault/vault.hpp"

namespace kontor::app::foundation {

namespace vault = platform::vault;

/// The vault of a process before and after it is opened; before, every call answers `unavailable`.
class LateVault final : public vault::Vault {
 public:
  void opened(std::unique_ptr<vault::Vault> opened_vault) { vault_ = std::move(opened_vault); }

  Task<Result<protocol::jose::Jwk>> create_key(ContextId context, vault::KeyAlias alias,
                                               crypto::KeyType type) override;
  Task<Result<protocol::jose::Jwk>> import_key(ContextId context, vault::KeyAlias alias,
                                               crypto::PrivateKey key) override;
  Task<Result<protocol::jose::Jwk>> public_key(ContextId context, vault::KeyAlias alias) override;
  Task<Result<Bytes>> sign(ContextId context, vault::KeyAlias alias, std::string message) override;
  Task<Result<crypto::PrivateKey>> export_key(ContextId context, vault::KeyAlias alias) override;
  Task<Result<void>> destroy_key(ContextId context, vault::KeyAlias alias) override;
  Task<Result<std::vector<vault::KeyAlias>>> list_keys(ContextId context) override;
  Task<Result<void>> put_secret(ContextId context, vault::SecretName name, crypto::Secret value) override;
  Task<Result<crypto::Secret>> get_secret(ContextId context, vault::SecretName name) override;
  Task<Result<void>> delete_secret(ContextId context, vault::SecretName name) override;
  Task<Result<std::vector<vault::SecretName>>> list_secrets(ContextId context) override;
  Task<Result<void>> erase_context(ContextId context) override;
  std::uint64_t syncs() const override { return vault_ ? vault_->syncs() : 0; }
  /// How many were asked for.
  std::uint64_t signatures() const { return signatures_; }

 private:
  std::unique_ptr<vault::Vault> vault_;
  std::uint64_t signatures_ = 0;
};

}  // namespace kontor::app::foundation
