#include "protocol/api/identity/credential_messages.hpp"

namespace kontor::protocol::api::identity {
namespace {

/// Beside the token stands what it says, for those who do not read tokens.
struct Container {
  std::string raw;
  std::optional<vc::Format> format;
};

Result<void> read(const json::Node& node, Container& out) {
  json::ObjectReader in(node);
  in.required("rawVc", out.raw).optional("format", out.format);
  return in.done();
}

json::Value write(const Container& container) {
  return json::ObjectWriter().field("rawVc", container.raw).field("format", container.format).done();
}

}  // namespace

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
      .required("credentials", out.credentials)
      .optional("scopes", out.scopes);
  if (in.ok() && out.credentials.empty()) in.refuse("credentials", "must not be empty");
  return in.done();
}

json::Value write(const CredentialRequest& request) {
  return json::ObjectWriter()
      .field("issuerDid", request.issuer)
      .field("holderPid", request.holder_pid)
      .field("credentials", request.credentials)
      .non_empty("scopes", request.scopes)
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
      .field("issuerId", resource.credential.issuer)
      .field("holderId", resource.holder)
      .field("state", resource.state)
      .field("timeOfLastStatusUpdate", resource.state_since)
      .field("issuancePolicy", resource.issuance_policy)
      .field("reissuancePolicy", resource.reissuance_policy)
      .field("metadata", resource.metadata)
      .field("usage", "Holder")
      .field("createdAt", epoch_milliseconds(resource.created_at))
      .field("timestamp", epoch_milliseconds(resource.changed_at))
      .field("verifiableCredential", container)
      .done();
}

Result<void> read(const json::Node& node, CredentialManifest& out) {
  json::ObjectReader in(node);
  Container container;
  in.optional("id", out.id)
      .optional("participantContextId", out.participant_context_id)
      .required("verifiableCredentialContainer", container)
      .optional("issuancePolicy", out.issuance_policy)
      .optional("reissuancePolicy", out.reissuance_policy)
      .optional("metadata", out.metadata);
  if (in.ok() && out.id && out.id->empty()) in.refuse("id", "must not be empty");
  out.raw = std::move(container.raw);
  out.format = container.format;
  return in.done();
}

json::Value write(const CredentialManifest& manifest) {
  return json::ObjectWriter()
      .field("id", manifest.id)
      .field("participantContextId", manifest.participant_context_id)
      .field("verifiableCredentialContainer", write(Container{manifest.raw, manifest.format}))
      .field("issuancePolicy", manifest.issuance_policy)
      .field("reissuancePolicy", manifest.reissuance_policy)
      .non_empty("metadata", manifest.metadata)
      .done();
}

}  // namespace kontor::protocol::api::identity
