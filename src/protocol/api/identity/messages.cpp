#include "protocol/api/identity/messages.hpp"

#include <algorithm>

namespace kontor::protocol::api::identity {
namespace {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

bool any_of(std::string_view text, std::initializer_list<std::string_view> known) {
  return std::any_of(known.begin(), known.end(),
                     [&](std::string_view each) { return equals_ignoring_case(text, each); });
}

struct GeneratorParams {
  std::string algorithm = "EC";
  std::string curve;
};

Result<void> read(const json::Node& node, GeneratorParams& out) {
  json::ObjectReader in(node);
  in.optional("algorithm", out.algorithm).optional("curve", out.curve);
  if (!in.ok()) return in.done();
  const bool ec = any_of(out.algorithm, {"EC"}) && any_of(out.curve, {"", "secp256r1", "P-256"});
  const bool ed = any_of(out.algorithm, {"EDDSA", ""}) && any_of(out.curve, {"", "ed25519"});
  if (!ec && !ed) in.refuse("algorithm", "must be EC with curve secp256r1, or EDDSA with curve ed25519");
  return in.done();
}

}  // namespace

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

Result<void> read(const json::Node& node, KeyDescriptor& out) {
  json::ObjectReader in(node);
  GeneratorParams params;
  in.required("keyId", out.key_id)
      .required("privateKeyAlias", out.private_key_alias)
      .required("keyGeneratorParams", params)
      .one_or_many("usage", out.usages)
      .optional("active", out.active);
  if (in.ok() && in.has("usage") && out.usages.empty()) in.refuse("usage", "must not be empty");
  out.algorithm = any_of(params.algorithm, {"EC"}) ? "EC" : "EDDSA";
  out.curve = params.curve;
  return in.done();
}

json::Value write(const KeyDescriptor& key) {
  const auto params = json::ObjectWriter().field("algorithm", key.algorithm).field("curve", key.curve).done();
  return json::ObjectWriter()
      .field("keyId", key.key_id)
      .field("privateKeyAlias", key.private_key_alias)
      .field("keyGeneratorParams", params)
      .non_empty("usage", key.usages)
      .field("active", key.active)
      .done();
}

Result<void> read(const json::Node& node, ParticipantManifest& out) {
  json::ObjectReader in(node);
  in.required("participantContextId", out.participant_context_id)
      .required("did", out.did)
      .one_or_many("keys", out.keys)
      .one_or_many("key", out.keys)
      .one_or_many("serviceEndpoints", out.services)
      .one_or_many("serviceEndpoint", out.services)
      .optional("active", out.active)
      .optional("scopes", out.scopes)
      .optional("additionalProperties", out.properties);
  if (in.ok() && out.keys.empty()) in.refuse("key", "is required: at least one key");
  return in.done();
}

json::Value write(const ParticipantManifest& manifest) {
  return json::ObjectWriter()
      .field("participantContextId", manifest.participant_context_id)
      .field("did", manifest.did)
      .field("keys", manifest.keys)
      .field("serviceEndpoints", manifest.services)
      .field("active", manifest.active)
      .non_empty("scopes", manifest.scopes)
      .non_empty("additionalProperties", manifest.properties)
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

json::Value write(const CreatedParticipant&) {
  return json::Object{{"apiKey", nullptr}, {"clientId", nullptr}, {"clientSecret", nullptr}};
}
Result<void> read(const json::Node&, CreatedParticipant&) {
  return {};
}

Result<void> read(const json::Node& node, KeyPairResource& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("keyId", out.key_id)
      .required("state", out.state)
      .optional("defaultPair", out.is_default)
      .optional("usage", out.usages);
  return in.done();
}

json::Value write(const KeyPairResource& key) {
  return json::ObjectWriter()
      .field("id", key.id)
      .field("keyId", key.key_id)
      .field("state", key.state)
      .field("defaultPair", key.is_default)
      .field("usage", key.usages)
      .field("serializedPublicKey", json::serialize(key.public_key))
      .done();
}

Result<void> read(const json::Node& node, RequestedCredential& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("type", out.type).required("format", out.format);
  return in.done();
}

json::Value write(const RequestedCredential& credential) {
  return json::ObjectWriter()
      .field("id", credential.id)
      .field("type", credential.type)
      .field("format", credential.format)
      .done();
}

Result<void> read(const json::Node& node, CredentialRequest& out) {
  json::ObjectReader in(node);
  in.required("issuerDid", out.issuer)
      .optional("holderPid", out.holder_pid)
      .required("credentials", out.credentials);
  if (in.ok() && out.credentials.empty()) in.refuse("credentials", "must not be empty");
  return in.done();
}

json::Value write(const CredentialRequest& request) {
  return json::ObjectWriter()
      .field("issuerDid", request.issuer)
      .field("holderPid", request.holder_pid)
      .field("credentials", request.credentials)
      .done();
}

Result<void> read(const json::Node& node, CredentialRequestStatus& out) {
  json::ObjectReader in(node);
  in.required("issuerDid", out.issuer)
      .required("holderPid", out.holder_pid)
      .optional("issuerPid", out.issuer_pid)
      .required("status", out.status)
      .optional("errorDetail", out.error_detail);
  return in.done();
}

json::Value write(const CredentialRequestStatus& status) {
  return json::ObjectWriter()
      .field("issuerDid", status.issuer)
      .field("holderPid", status.holder_pid)
      .field("issuerPid", status.issuer_pid)
      .field("status", status.status)
      .field("errorDetail", status.error_detail)
      .field("typesAndFormats", status.credentials)
      .done();
}

Result<void> read(const json::Node& node, CredentialResource& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("participantContextId", out.participant_context_id)
      .required("state", out.state);
  return in.done();
}

json::Value write(const CredentialResource& resource) {
  const auto container = json::ObjectWriter()
                             .field("rawVc", resource.raw)
                             .field("format", resource.credential.format)
                             .field("credential", vc::write_resource(resource.credential))
                             .done();
  return json::ObjectWriter()
      .field("id", resource.id)
      .field("participantContextId", resource.participant_context_id)
      .field("state", resource.state)
      .field("verifiableCredential", container)
      .done();
}

}  // namespace kontor::protocol::api::identity
