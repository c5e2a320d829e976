#pragma once

#include "base/json/codec.hpp"
#include "domain/credential_request/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::credential_request {

Result<void> read(const json::Node& node, RequestedCredential& out);
json::Value write(const RequestedCredential& credential);
Result<void> read(const json::Node& node, CredentialRequest& out);
json::Value write(const CredentialRequest& request);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::credential_request
