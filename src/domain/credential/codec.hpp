#pragma once

#include "base/json/codec.hpp"
#include "domain/credential/types.hpp"

/// The stored form, version 1: that of the identity API's VerifiableCredentialResource with what the rules
/// need beside it, so that a query names its members as the API spells them.
namespace kontor::domain::credential {

Result<void> read(const json::Node& node, StoredCredential& out);
json::Value write(const StoredCredential& credential);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::credential
