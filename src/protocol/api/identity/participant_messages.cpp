#include "protocol/api/identity/participant_messages.hpp"

namespace kontor::protocol::api::identity {

Result<void> read(const json::Node& node, ServiceEndpoint& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("type", out.type).required("serviceEndpoint", out.endpoint);
  return in.done();
}

json::Value write(const ServiceEndpoint& service) {
  return json::ObjectWriter()
      .field("id", service.id)
      .field("type", service.type)
      .field("serviceEndpoint", service.endpoint)
      .done();
}

Result<void> read(const json::Node& node, ParticipantManifest& out) {
  json::ObjectReader in(node);
  // As manifests of an earlier version call it.
  const bool earlier = !in.has("participantContextId") && in.has("participantId");
  in.required(earlier ? "participantId" : "participantContextId", out.participant_context_id)
      .required("did", out.did)
      .one_or_many("keys", out.keys)
      .one_or_many("key", out.keys)
      .one_or_many("serviceEndpoints", out.services)
      .one_or_many("serviceEndpoint", out.services)
      .optional("active", out.active)
      .optional("scopes", out.scopes)
      .optional("roles", out.roles)
      .optional("provisionStsAccount", out.provision_sts_account)
      .optional("additionalProperties", out.properties)
      .optional("tokenService", out.token_service);
  if (in.ok() && out.keys.empty() && !out.token_service) in.refuse("key", "is required: at least one key");
  if (in.ok() && !out.keys.empty() && out.token_service)
    in.refuse("tokenService", "must not be there beside keys: one of both makes tokens");
  return in.done();
}

json::Value write(const ParticipantManifest& manifest) {
  return json::ObjectWriter()
      .field("participantContextId", manifest.participant_context_id)
      .field("did", manifest.did)
      .field("keys", manifest.keys)
      .field("serviceEndpoints", manifest.services)
      .field("active", manifest.active)
      .field("provisionStsAccount", manifest.provision_sts_account)
      .non_empty("scopes", manifest.scopes)
      .non_empty("roles", manifest.roles)
      .non_empty("additionalProperties", manifest.properties)
      .field("tokenService", manifest.token_service)
      .done();
}

Result<void> read(const json::Node& node, ParticipantContext& out) {
  json::ObjectReader in(node);
  in.required("participantContextId", out.participant_context_id)
      .required("did", out.did)
      .required("state", out.state)
      .optional("scopes", out.scopes)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const ParticipantContext& context) {
  return json::ObjectWriter()
      .field("participantContextId", context.participant_context_id)
      .field("did", context.did)
      .field("state", context.state)
      .field("scopes", context.scopes)
      .field("properties", context.properties)
      .field("createdAt", epoch_milliseconds(context.created_at))
      .field("lastModified", epoch_milliseconds(context.changed_at))
      .done();
}

Result<void> read(const json::Node& node, CreatedParticipant& out) {
  json::ObjectReader in(node);
  in.optional("clientId", out.client_id).optional("clientSecret", out.client_secret);
  return in.done();
}

json::Value write(const CreatedParticipant& created) {
  json::Object out{{"apiKey", nullptr}, {"clientId", nullptr}, {"clientSecret", nullptr}};
  if (created.client_id) out["clientId"] = *created.client_id;
  if (created.client_secret) out["clientSecret"] = *created.client_secret;
  return out;
}

}  // namespace kontor::protocol::api::identity
