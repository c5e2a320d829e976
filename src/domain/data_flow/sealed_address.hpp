#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/dps/data_address.hpp"

namespace kontor::domain::data_flow {

using protocol::dps::DataAddress;

/// A property whose value lies in the vault.
struct SealedProperty {
  std::string name;  ///< `endpoint` where the endpoint itself holds credentials
  std::string vault_key;

  bool operator==(const SealedProperty&) const = default;
};

/// A data address as it may be stored: what is secret in it is named, never held.
struct SealedAddress {
  DataAddress open;
  std::vector<SealedProperty> sealed;

  bool operator==(const SealedAddress&) const = default;
};

/// A secret on its way into the vault.
struct Secret {
  std::string vault_key;
  std::string value;
};

struct Sealing {
  SealedAddress address;
  std::vector<Secret> secrets;
};

/// Takes the secrets out of an address: properties whose names speak of a token, secret, password, key,
/// credential, signature or authorization, and an endpoint with a user or a query in it. Vault keys are
/// `{prefix}/{property}`; a property that stands twice gets a number behind it.
Sealing seal(const DataAddress& address, std::string_view vault_prefix);

/// Whether two whole addresses say the same: in whichever order their properties stand, and whether what is
/// empty stands there or not.
bool means_the_same(const DataAddress& a, const DataAddress& b);

/// Puts the secrets back in, behind the other properties. Errors: those of `read_secret`.
Result<DataAddress> unseal(
    const SealedAddress& address,
    const std::function<Result<std::string>(const std::string& vault_key)>& read_secret);

}  // namespace kontor::domain::data_flow
