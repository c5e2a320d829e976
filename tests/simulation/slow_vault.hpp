#pragma once

#include <memory>
#include <string_view>

#include "app/foundation/late_vault.hpp"
#include "base/random/random.hpp"
#include "edges.hpp"
#include "platform/async/signal.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::simulation {

namespace vault = platform::vault;

/// The product's file vault, its work on the io thread, behind the same disk as the store.
class SlowVault final : public vault::Vault {
 public:
  SlowVault(Edges& edges, Random& random) : edges_(edges), random_(random) {}

  Result<void> open();

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

 private:
  Edges& edges_;
  Random& random_;
  async::Offload inline_{0};
  app::foundation::LateVault files_;  ///< answers `unavailable` until it is open, as in the product
};

struct VaultOpener {
  SlowVault& vault;
};

struct SlowVaultAssembly {
  static constexpr std::string_view name = "vault";
  using Requires = assembly::Services<Edges, Random>;
  using Provides = assembly::Services<vault::Vault, VaultOpener>;
  using Config = assembly::NoConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&);
  static Task<Result<void>> start(Provides services);
};

}  // namespace kontor::simulation
