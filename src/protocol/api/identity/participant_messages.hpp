#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "protocol/api/identity/key_pair_messages.hpp"
#include "protocol/api/identity/token_service_messages.hpp"

/// Bodies of the Identity API v1beta about participant contexts.
namespace kontor::protocol::api::identity {

struct ServiceEndpoint {
  std::string id;
  std::string type;
  std::string endpoint;
};
Result<void> read(const json::Node& node, ServiceEndpoint& out);
json::Value write(const ServiceEndpoint& service);

/// What a participant context is made from.
struct ParticipantManifest {
  ContextId participant_context_id;
  Did did;
  std::vector<KeyDescriptor> keys;
  std::vector<ServiceEndpoint> services;
  bool active = true;
  std::vector<std::string> scopes;
  std::vector<std::string> roles = {};  ///< of earlier versions, in place of scopes
  bool provision_sts_account = true;    ///< by which a connector that is not ours gets self-issued tokens
  json::Object properties;
  /// Of a participant that keeps its keys elsewhere, instead of `keys`.
  std::optional<TokenService> token_service = {};
};
/// `keys` or `key`, `serviceEndpoints` or `serviceEndpoint`; one or many of each; `participantId` where there
/// is no `participantContextId`. Refused: neither a key nor a token service, and both.
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

/// The answer to a creation: the account at the secure token service, whose secret is told here and nowhere
/// else. There are no API keys.
struct CreatedParticipant {
  std::optional<std::string> client_id;
  std::optional<std::string> client_secret;
};
json::Value write(const CreatedParticipant& created);
Result<void> read(const json::Node& node, CreatedParticipant& out);

}  // namespace kontor::protocol::api::identity
