#include "protocol/api/token/applications.hpp"

namespace kontor::protocol::api::token {
namespace {

void read_members(json::ObjectReader& in, ApplicationDefinition& out) {
  in.required("name", out.name)
      .optional("description", out.description)
      .required("scopes", out.scopes)
      .optional("jwks", out.jwks);
}

}  // namespace

Result<void> read(const json::Node& node, ApplicationDefinition& out) {
  json::ObjectReader in(node);
  read_members(in, out);
  return in.done();
}

json::Value write(const ApplicationDefinition& definition) {
  return json::ObjectWriter()
      .field("name", definition.name)
      .field("description", definition.description)
      .field("scopes", definition.scopes)
      .field("jwks", definition.jwks)
      .done();
}

Result<void> read(const json::Node& node, SharingApplication& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("clientId", out.client_id)
      .optional("clientSecret", out.client_secret)
      .required("createdAt", out.created_at);
  read_members(in, out.definition);
  return in.done();
}

json::Value write(const SharingApplication& application) {
  return json::ObjectWriter()
      .field("id", application.id)
      .field("clientId", application.client_id)
      .field("clientSecret", application.client_secret)
      .field("name", application.definition.name)
      .field("description", application.definition.description)
      .field("scopes", application.definition.scopes)
      .field("jwks", application.definition.jwks)
      .field("createdAt", application.created_at)
      .done();
}

}  // namespace kontor::protocol::api::token
