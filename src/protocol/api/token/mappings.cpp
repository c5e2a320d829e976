#include "protocol/api/token/mappings.hpp"

namespace kontor::protocol::api::token {

Result<void> read(const json::Node& node, ResourceMapping& out) {
  json::ObjectReader in(node);
  in.required("clientIdentifier", out.client_identifier)
      .required("participantContext", out.participant_context)
      .required("scopes", out.scopes)
      .optional("audiences", out.audiences)
      .optional("issuer", out.issuer)
      .optional("expiresAt", out.expires_at);
  return in.done();
}

json::Value write(const ResourceMapping& mapping) {
  return json::ObjectWriter()
      .field("clientIdentifier", mapping.client_identifier)
      .field("participantContext", mapping.participant_context)
      .field("scopes", mapping.scopes)
      .field("audiences", mapping.audiences)
      .field("issuer", mapping.issuer)
      .field("expiresAt", mapping.expires_at)
      .done();
}

Result<void> read(const json::Node& node, ScopeMapping& out) {
  json::ObjectReader in(node);
  in.required("scope", out.scope).required("claims", out.claims);
  return in.done();
}

json::Value write(const ScopeMapping& mapping) {
  return json::ObjectWriter().field("scope", mapping.scope).field("claims", mapping.claims).done();
}

}  // namespace kontor::protocol::api::token
