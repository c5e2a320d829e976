#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "protocol/dcp/ids.hpp"
#include "protocol/vc/credential.hpp"

/// Bodies of the Identity API v1beta about credentials.
namespace kontor::protocol::api::identity {

struct RequestedCredential {
  dcp::CredentialObjectId id;
  std::string type;
  std::string format;
};
Result<void> read(const json::Node& node, RequestedCredential& out);
json::Value write(const RequestedCredential& credential);

/// Asks an issuer for credentials.
struct CredentialRequest {
  Did issuer;
  std::optional<dcp::HolderPid> holder_pid;
  std::vector<RequestedCredential> credentials;
  /// Which of the participant's credentials the issuer may look at, once, to decide; as verifiers ask for
  /// them.
  std::vector<std::string> scopes = {};
};
Result<void> read(const json::Node& node, CredentialRequest& out);
json::Value write(const CredentialRequest& request);

struct CredentialRequestStatus {
  Did issuer;
  dcp::HolderPid holder_pid;
  std::optional<dcp::IssuerPid> issuer_pid;
  std::string status;
  std::optional<std::string> error_detail;
  std::vector<RequestedCredential> credentials;
};
Result<void> read(const json::Node& node, CredentialRequestStatus& out);
json::Value write(const CredentialRequestStatus& status);

struct CredentialResource {
  std::string id;
  ContextId participant_context_id;
  std::int32_t state = 0;
  vc::Credential credential;
  std::string raw;
  Did holder;
  Instant created_at;
  Instant changed_at;
  Instant state_since;
  std::optional<json::Object> issuance_policy;
  std::optional<json::Object> reissuance_policy;
  json::Object metadata;  ///< the id by which it was asked for included
};
Result<void> read(const json::Node& node, CredentialResource& out);
json::Value write(const CredentialResource& resource);

/// A credential that its holder brings. What it says is read from the token alone.
struct CredentialManifest {
  std::optional<std::string> id;  ///< none: that of the credential
  std::optional<ContextId> participant_context_id;
  std::string raw;
  std::optional<vc::Format> format;
  std::optional<json::Object> issuance_policy;
  std::optional<json::Object> reissuance_policy;
  json::Object metadata;
};
/// Refused: an empty id, a format that there is not.
Result<void> read(const json::Node& node, CredentialManifest& out);
json::Value write(const CredentialManifest& manifest);

}  // namespace kontor::protocol::api::identity
