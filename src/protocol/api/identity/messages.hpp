#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "protocol/dcp/ids.hpp"
#include "protocol/vc/credential.hpp"

/// Bodies of the Identity API v1beta.
namespace kontor::protocol::api::identity {

struct ServiceEndpoint {
  std::string id;
  std::string type;
  std::string endpoint;
};
Result<void> read(const json::Node& node, ServiceEndpoint& out);
json::Value write(const ServiceEndpoint& service);

/// A key to be made in the vault. `algorithm` is EC or EDDSA.
struct KeyDescriptor {
  std::string key_id;
  std::string private_key_alias;
  std::string algorithm = "EC";
  std::string curve;
  std::vector<std::string> usages;
  bool active = true;
};
/// Refused: no key id or alias, other algorithms and curves than P-256 and Ed25519, an empty list of usages.
Result<void> read(const json::Node& node, KeyDescriptor& out);
json::Value write(const KeyDescriptor& key);

/// What a participant context is made from.
struct ParticipantManifest {
  ContextId participant_context_id;
  Did did;
  std::vector<KeyDescriptor> keys;
  std::vector<ServiceEndpoint> services;
  bool active = true;
  std::vector<std::string> scopes;
  json::Object properties;
};
/// `keys` or `key`, `serviceEndpoints` or `serviceEndpoint`; one or many of each. Refused: no key.
Result<void> read(const json::Node& node, ParticipantManifest& out);
json::Value write(const ParticipantManifest& manifest);

struct ParticipantContext {
  ContextId participant_context_id;
  Did did;
  std::int32_t state = 100;
  std::vector<std::string> scopes;
  json::Object properties;
  Instant created_at;
  Instant changed_at;
};
Result<void> read(const json::Node& node, ParticipantContext& out);
json::Value write(const ParticipantContext& context);

/// The answer to a creation; accounts and keys of older generations are not made.
struct CreatedParticipant {};
json::Value write(const CreatedParticipant& created);
Result<void> read(const json::Node& node, CreatedParticipant& out);

struct KeyPairResource {
  std::string id;
  std::string key_id;
  std::int32_t state = 0;
  bool is_default = false;
  std::vector<std::string> usages;
  json::Value public_key;
};
Result<void> read(const json::Node& node, KeyPairResource& out);
json::Value write(const KeyPairResource& key);

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
