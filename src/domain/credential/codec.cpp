#include "domain/credential/codec.hpp"

namespace kontor::domain::credential {
namespace {

constexpr std::string_view object_id_key = "credentialObjectId";

Result<void> read_container(const json::Node& node, StoredCredential& out) {
  json::ObjectReader in(node);
  protocol::vc::Format format = protocol::vc::Format::vc1_0_jwt;
  in.required("rawVc", out.token).required("format", format);
  auto credential = in.member("credential");
  if (!credential) in.refuse("credential", "is required");
  if (auto done = in.done(); !done) return done;
  auto content = protocol::vc::read_resource(*credential);
  if (!content) return fail(std::move(content.error()));
  out.credential = std::move(*content);
  out.credential.format = format;
  return {};
}

/// The object id stands in the metadata, where the identity API shows it.
void read_metadata(const json::Object& metadata, StoredCredential& out) {
  for (const auto& member : metadata) {
    if (member.key() == object_id_key && member.value().is_string()) {
      out.object_id = protocol::dcp::CredentialObjectId(std::string(member.value().get_string()));
    } else {
      out.metadata.emplace(member.key(), member.value());
    }
  }
}

json::Value metadata_of(const StoredCredential& credential) {
  auto metadata = credential.metadata;
  if (credential.object_id) metadata[object_id_key] = credential.object_id->str();
  return metadata;
}

}  // namespace

Result<void> read(const json::Node& node, StoredCredential& out) {
  json::ObjectReader in(node);
  json::Object metadata;
  in.required("id", out.id)
      .optional("holderId", out.holder)
      .required("timeOfLastStatusUpdate", out.state_since)
      .optional("issuancePolicy", out.issuance_policy)
      .optional("reissuancePolicy", out.reissuance_policy)
      .optional("metadata", metadata)
      .optional("revoked", out.revoked)
      .optional("suspended", out.suspended)
      .optional("checkAt", out.check_at)
      .optional("renewAt", out.renew_at)
      .optional("renewalsFailed", out.renewals_failed)
      .optional("renewed", out.renewed)
      .optional("renewalScopes", out.renewal_scopes)
      .optional("warnAt", out.warn_at);
  auto state = in.member("state");
  auto container = in.member("verifiableCredential");
  if (!state) in.refuse("state", "is required");
  if (!container) in.refuse("verifiableCredential", "is required");
  if (auto done = in.done(); !done) return done;
  read_metadata(metadata, out);
  if (auto done = json::read_state_code(*state, state_codes, out.state); !done) return done;
  return read_container(*container, out);
}

json::Value write(const StoredCredential& credential) {
  auto container = json::ObjectWriter()
                       .field("rawVc", credential.token)
                       .field("format", credential.credential.format)
                       .field("credential", protocol::vc::write_resource(credential.credential))
                       .done();
  json::ObjectWriter out;
  out.field("id", credential.id).field("issuerId", credential.credential.issuer);
  if (!credential.holder.empty()) out.field("holderId", credential.holder);
  return out.field("state", state_codes.code(credential.state))
      .field("timeOfLastStatusUpdate", credential.state_since)
      .field("issuancePolicy", credential.issuance_policy)
      .field("reissuancePolicy", credential.reissuance_policy)
      .field("metadata", metadata_of(credential))
      .field("usage", "Holder")
      .field("verifiableCredential", container)
      .field("revoked", credential.revoked)
      .field("suspended", credential.suspended)
      .field("checkAt", credential.check_at)
      .field("renewAt", credential.renew_at)
      .field("renewalsFailed", credential.renewals_failed)
      .field("renewed", credential.renewed)
      .non_empty("renewalScopes", credential.renewal_scopes)
      .non_empty("warnAt", credential.warn_at)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string type;
  in.required("type", type);
  if (type == "CheckStatus") {
    CheckStatus check;
    in.required("id", check.id);
    out = std::move(check);
  } else if (type == "RequestRenewal") {
    RequestRenewal renewal;
    in.required("id", renewal.id)
        .required("issuerDid", renewal.issuer)
        .required("credentialObjectId", renewal.object_id)
        .required("credentialType", renewal.type)
        .required("format", renewal.format)
        .optional("scopes", renewal.scopes);
    out = std::move(renewal);
  } else {
    in.refuse("type", "is no effect of a credential");
  }
  return in.done();
}

static json::Value write(const CheckStatus& check) {
  return json::ObjectWriter().field("type", "CheckStatus").field("id", check.id).done();
}

static json::Value write(const RequestRenewal& renewal) {
  return json::ObjectWriter()
      .field("type", "RequestRenewal")
      .field("id", renewal.id)
      .field("issuerDid", renewal.issuer)
      .field("credentialObjectId", renewal.object_id)
      .field("credentialType", renewal.type)
      .field("format", renewal.format)
      .non_empty("scopes", renewal.scopes)
      .done();
}

json::Value write(const Effect& effect) {
  return std::visit([](const auto& one) { return write(one); }, effect);
}

}  // namespace kontor::domain::credential
