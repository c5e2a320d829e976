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
};
Result<void> read(const json::Node& node, CredentialResource& out);
json::Value write(const CredentialResource& resource);

}  // namespace kontor::protocol::api::identity
