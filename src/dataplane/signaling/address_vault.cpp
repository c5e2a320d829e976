#include "dataplane/signaling/address_vault.hpp"

#include <map>

namespace kontor::dataplane::signaling {

namespace flows = domain::data_flow;
using platform::vault::SecretName;

Task<Result<flows::SealedAddress>> AddressVault::keep(ContextId context, protocol::dps::DataAddress address,
                                                      std::string prefix) {
  // The vault keeps no empty secrets, and what is empty says nothing.
  std::erase_if(address.properties,
                [](const protocol::dps::EndpointProperty& each) { return each.value.empty(); });
  auto sealing = flows::seal(address, prefix);
  for (const auto& secret : sealing.secrets) {
    auto put = co_await vault_->put_secret(context, SecretName(secret.vault_key),
                                           crypto::Secret(std::string_view(secret.value)));
    if (!put) co_return fail(std::move(put.error()), "keep the secrets of a data address");
  }
  co_return std::move(sealing.address);
}

Task<Result<protocol::dps::DataAddress>> AddressVault::open(ContextId context, flows::SealedAddress address) {
  std::map<std::string, crypto::Secret> secrets;
  for (const auto& property : address.sealed) {
    auto secret = co_await vault_->get_secret(context, SecretName(property.vault_key));
    if (!secret) co_return fail(std::move(secret.error()), "unseal '{}' of a data address", property.name);
    secrets.emplace(property.vault_key, std::move(*secret));
  }
  co_return flows::unseal(address, [&](const std::string& key) -> Result<std::string> {
    return std::string(secrets.at(key).reveal());
  });
}

Task<Result<void>> AddressVault::drop(ContextId context, std::vector<std::string> vault_keys) {
  for (auto& key : vault_keys) {
    auto gone = co_await vault_->delete_secret(context, SecretName(std::move(key)));
    if (!gone) co_return fail(std::move(gone.error()), "delete the secrets of a data address");
  }
  co_return Result<void>{};
}

}  // namespace kontor::dataplane::signaling
