#include "runtime/token_service/documents.hpp"

#include "base/json/codec.hpp"
#include "base/json/stored.hpp"

namespace kontor::runtime::token_service {

Result<void> read(const json::Node& node, PendingEnrolment& out) {
  json::ObjectReader in(node);
  in.required("tokenSha256", out.token_sha256).required("until", out.until);
  return in.done();
}

json::Value write(const PendingEnrolment& pending) {
  return json::ObjectWriter().field("tokenSha256", pending.token_sha256).field("until", pending.until).done();
}

Result<void> read(const json::Node& node, Client& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("secretHash", out.secrets.current)
      .optional("endingSecret", out.secrets.ending)
      .optional("role", out.role)
      .optional("context", out.context)
      .optional("scopes", out.scopes)
      .optional("assertionKeys", out.assertion_keys)
      .optional("dataPlane", out.data_plane)
      .optional("enrolment", out.enrolment)
      .optional("validUntil", out.valid_until);
  return in.done();
}

json::Value write(const Client& client) {
  return json::ObjectWriter()
      .field("id", client.id)
      .field("secretHash", client.secrets.current)
      .field("endingSecret", client.secrets.ending)
      .field("role", client.role)
      .field("context", client.context)
      .field("scopes", client.scopes)
      .field("assertionKeys", client.assertion_keys)
      .field("dataPlane", client.data_plane)
      .field("enrolment", client.enrolment)
      .field("validUntil", client.valid_until)
      .done();
}

Result<void> read(const json::Node& node, SigningKey& out) {
  json::ObjectReader in(node);
  in.required("kid", out.kid)
      .required("publicKey", out.public_key)
      .required("createdAt", out.created_at)
      .optional("replacedAt", out.replaced_at);
  out.signs_from = out.created_at;
  in.optional("signsFrom", out.signs_from);
  return in.done();
}

json::Value write(const SigningKey& key) {
  return json::ObjectWriter()
      .field("kid", key.kid)
      .field("publicKey", key.public_key)
      .field("createdAt", key.created_at)
      .field("signsFrom", key.signs_from)
      .field("replacedAt", key.replaced_at)
      .done();
}

Result<void> read(const json::Node& node, SigningKeys& out) {
  json::ObjectReader in(node);
  in.required("keys", out.keys);
  return in.done();
}

json::Value write(const SigningKeys& keys) {
  return json::ObjectWriter().field("keys", keys.keys).done();
}

const entity::Kind& ClientDocument::kind() {
  static constexpr entity::Field fields[] = {{"id", "id"}, {"context", "context"}};
  static constexpr entity::Kind kind{.name = "token-client", .fields = fields, .audited = true};
  return kind;
}
std::string ClientDocument::encode(const Entity& client) {
  return json::encode(client);
}
Result<Client> ClientDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Client>(stored);
}

const entity::Kind& SigningKeysDocument::kind() {
  static constexpr entity::Kind kind{.name = "token-signing-keys", .audited = true};
  return kind;
}
std::string SigningKeysDocument::encode(const Entity& keys) {
  return json::encode(keys);
}
Result<SigningKeys> SigningKeysDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<SigningKeys>(stored);
}

}  // namespace kontor::runtime::token_service
