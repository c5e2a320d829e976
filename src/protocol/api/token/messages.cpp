#include "protocol/api/token/messages.hpp"

namespace kontor::protocol::api::token {

Result<void> read(const json::Node& node, TokenRequest& out) {
  json::ObjectReader in(node);
  in.required("grant_type", out.grant_type)
      .optional("client_id", out.client_id)
      .optional("client_secret", out.client_secret)
      .optional("scope", out.scope)
      .optional("audience", out.audience)
      .optional("client_assertion_type", out.client_assertion_type)
      .optional("client_assertion", out.client_assertion)
      .optional("resource", out.resource)
      .optional("subject_token", out.subject_token)
      .optional("subject_token_type", out.subject_token_type)
      .optional("actor_token", out.actor_token)
      .optional("requested_token_type", out.requested_token_type);
  return in.done();
}

json::Value write(const TokenRequest& request) {
  return json::ObjectWriter()
      .field("grant_type", request.grant_type)
      .field("client_id", request.client_id)
      .field("client_secret", request.client_secret)
      .field("scope", request.scope)
      .field("audience", request.audience)
      .field("client_assertion_type", request.client_assertion_type)
      .field("client_assertion", request.client_assertion)
      .field("resource", request.resource)
      .field("subject_token", request.subject_token)
      .field("subject_token_type", request.subject_token_type)
      .field("actor_token", request.actor_token)
      .field("requested_token_type", request.requested_token_type)
      .done();
}

Result<void> read(const json::Node& node, TokenResponse& out) {
  json::ObjectReader in(node);
  in.required("access_token", out.access_token)
      .optional("token_type", out.token_type)
      .optional("expires_in", out.expires_in)
      .optional("scope", out.scope)
      .optional("issued_token_type", out.issued_token_type);
  return in.done();
}

json::Value write(const TokenResponse& response) {
  return json::ObjectWriter()
      .field("access_token", response.access_token)
      .field("token_type", response.token_type)
      .field("expires_in", response.expires_in)
      .field("scope", response.scope)
      .field("issued_token_type", response.issued_token_type)
      .done();
}

json::Value write(const Discovery& discovery) {
  return json::ObjectWriter()
      .field("issuer", discovery.issuer)
      .field("token_endpoint", discovery.token_endpoint)
      .field("jwks_uri", discovery.jwks_uri)
      .field("grant_types_supported", discovery.grant_types_supported)
      .field("token_endpoint_auth_methods_supported", discovery.token_endpoint_auth_methods_supported)
      .field("token_endpoint_auth_signing_alg_values_supported",
             discovery.token_endpoint_auth_signing_alg_values_supported)
      .field("response_types_supported", json::Array{})
      .field("subject_types_supported", std::vector<std::string>{"public"})
      .field("id_token_signing_alg_values_supported", std::vector<std::string>{"ES256"})
      .done();
}

Result<void> read(const json::Node& node, Discovery& out) {
  json::ObjectReader in(node);
  in.required("issuer", out.issuer)
      .required("token_endpoint", out.token_endpoint)
      .required("jwks_uri", out.jwks_uri)
      .optional("grant_types_supported", out.grant_types_supported)
      .optional("token_endpoint_auth_methods_supported", out.token_endpoint_auth_methods_supported)
      .optional("token_endpoint_auth_signing_alg_values_supported",
                out.token_endpoint_auth_signing_alg_values_supported);
  return in.done();
}

Result<void> read(const json::Node& node, Client& out) {
  json::ObjectReader in(node);
  in.required("clientId", out.client_id)
      .optional("clientSecret", out.client_secret)
      .optional("role", out.role)
      .optional("participantContextId", out.participant_context_id)
      .optional("scopes", out.scopes)
      .optional("jwks", out.jwks)
      .optional("validUntil", out.valid_until);
  if (in.ok() && out.client_id.empty()) in.refuse("clientId", "must not be empty");
  if (in.ok() && !out.role && out.scopes.empty()) in.refuse("scopes", "a client without role needs scopes");
  return in.done();
}

json::Value write(const Client& client) {
  return json::ObjectWriter()
      .field("clientId", client.client_id)
      .field("clientSecret", client.client_secret)
      .field("role", client.role)
      .field("participantContextId", client.participant_context_id)
      .field("scopes", client.scopes)
      .field("jwks", client.jwks)
      .field("validUntil", client.valid_until)
      .done();
}

Result<void> read(const json::Node& node, ClientSecret& out) {
  json::ObjectReader in(node);
  in.required("clientSecret", out.client_secret)
      .optional("previousGoodForSeconds", out.previous_good_for_seconds);
  return in.done();
}

json::Value write(const ClientSecret& secret) {
  return json::ObjectWriter()
      .field("clientSecret", secret.client_secret)
      .field("previousGoodForSeconds", secret.previous_good_for_seconds)
      .done();
}

}  // namespace kontor::protocol::api::token
