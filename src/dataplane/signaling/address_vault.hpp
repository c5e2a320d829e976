#pragma once

#include <string>
#include <vector>

#include "domain/data_flow/sealed_address.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::dataplane::signaling {

/// Data addresses whose secrets lie in the vault of their context.
class AddressVault {
 public:
  explicit AddressVault(platform::vault::Vault& vault) : vault_(&vault) {}

  /// Puts the secrets of `address` away under `prefix`, which nothing else uses.
  Task<Result<domain::data_flow::SealedAddress>> keep(ContextId context, protocol::dps::DataAddress address,
                                                      std::string prefix);
  /// Errors: not_found when a secret is gone.
  Task<Result<protocol::dps::DataAddress>> open(ContextId context, domain::data_flow::SealedAddress address);
  Task<Result<void>> drop(ContextId context, std::vector<std::string> vault_keys);

 private:
  platform::vault::Vault* vault_;
};

}  // namespace kontor::dataplane::signaling
