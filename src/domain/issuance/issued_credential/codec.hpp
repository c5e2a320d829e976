#pragma once

#include "base/json/codec.hpp"
#include "domain/issuance/issued_credential/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::issuance::issued_credential {

Result<void> read(const json::Node& node, StatusSlot& out);
json::Value write(const StatusSlot& slot);
Result<void> read(const json::Node& node, IssuedCredential& out);
json::Value write(const IssuedCredential& credential);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::issuance::issued_credential
