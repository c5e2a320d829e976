#include "protocol/dcp/internal/message.hpp"

namespace kontor::protocol::dcp {

using internal::message;
using internal::read_message;

namespace {

constexpr json::EnumNames<DeliveryStatus, 2> delivery_names{{
    {DeliveryStatus::issued, "ISSUED"},
    {DeliveryStatus::rejected, "REJECTED"},
}};

constexpr json::EnumNames<RequestStatus, 3> status_names{{
    {RequestStatus::received, "RECEIVED"},
    {RequestStatus::rejected, "REJECTED"},
    {RequestStatus::issued, "ISSUED"},
}};

/// `{"id": …}`, as a request names what it wants.
struct ObjectReference {
  CredentialObjectId id;
};

Result<void> read(const json::Node& node, ObjectReference& out) {
  json::ObjectReader in(node);
  in.required("id", out.id);
  return in.done();
}

json::Value write(const ObjectReference& reference) {
  return json::ObjectWriter().field("id", reference.id).done();
}

void check_bound(json::ObjectReader& in, std::string_view key, std::size_t entries) {
  if (in.ok() && entries > entries_max)
    in.refuse(key, "has more than " + std::to_string(entries_max) + " entries");
}

}  // namespace

Result<void> read(const json::Node& node, CredentialRequestMessage& out) {
  return read_message(node, "CredentialRequestMessage", [&](json::ObjectReader& in) {
    std::vector<ObjectReference> references;
    in.required("holderPid", out.holder_pid).required("credentials", references);
    internal::check_entries(in, "credentials", references);
    for (auto& reference : references) out.credentials.push_back(std::move(reference.id));
  });
}

json::Value write(const CredentialRequestMessage& request) {
  std::vector<ObjectReference> references;
  for (const auto& id : request.credentials) references.push_back({id});
  return message("CredentialRequestMessage")
      .field("holderPid", request.holder_pid)
      .field("credentials", references)
      .done();
}

Result<void> read(const json::Node& node, CredentialContainer& out) {
  json::ObjectReader in(node);
  in.optional("credentialType", out.credential_type)
      .required("payload", out.payload)
      .required("format", out.format);
  return in.done();
}

json::Value write(const CredentialContainer& container) {
  return json::ObjectWriter()
      .field("credentialType", container.credential_type)
      .field("payload", container.payload)
      .field("format", container.format)
      .done();
}

Result<void> read(const json::Node& node, CredentialMessage& out) {
  return read_message(node, "CredentialMessage", [&](json::ObjectReader& in) {
    in.required("issuerPid", out.issuer_pid)
        .required("holderPid", out.holder_pid)
        .optional("credentials", out.credentials)
        .optional("rejectionReason", out.rejection_reason);
    internal::required_enum(in, "status", delivery_names, out.status);
    check_bound(in, "credentials", out.credentials.size());
    if (out.status == DeliveryStatus::issued) internal::check_entries(in, "credentials", out.credentials);
  });
}

json::Value write(const CredentialMessage& delivery) {
  return message("CredentialMessage")
      .non_empty("credentials", delivery.credentials)
      .field("issuerPid", delivery.issuer_pid)
      .field("holderPid", delivery.holder_pid)
      .field("status", delivery_names.name(delivery.status))
      .field("rejectionReason", delivery.rejection_reason)
      .done();
}

Result<void> read(const json::Node& node, CredentialObject& out) {
  const auto compact = normalise(node.value());
  json::ObjectReader in{json::Node(compact, node.pointer())};
  in.required("id", out.id)
      .optional("credentialType", out.credential_type)
      .optional("credentialSchema", out.credential_schema)
      .optional("offerReason", out.offer_reason)
      .optional("bindingMethods", out.binding_methods)
      .optional("profile", out.profile)
      .optional("issuancePolicy", out.issuance_policy);
  if (in.has("type")) in.constant("type", "CredentialObject");
  return in.done();
}

json::Value write(const CredentialObject& object) {
  return json::ObjectWriter()
      .field("id", object.id)
      .field("type", "CredentialObject")
      .field("credentialType", object.credential_type)
      .field("credentialSchema", object.credential_schema)
      .field("offerReason", object.offer_reason)
      .non_empty("bindingMethods", object.binding_methods)
      .field("profile", object.profile)
      .field("issuancePolicy", object.issuance_policy)
      .done();
}

Result<void> read(const json::Node& node, CredentialOfferMessage& out) {
  return read_message(node, "CredentialOfferMessage", [&](json::ObjectReader& in) {
    in.required("issuer", out.issuer).required("credentials", out.credentials);
    check_bound(in, "credentials", out.credentials.size());
  });
}

json::Value write(const CredentialOfferMessage& offer) {
  return message("CredentialOfferMessage")
      .field("issuer", offer.issuer)
      .field("credentials", offer.credentials)
      .done();
}

Result<void> read(const json::Node& node, IssuerMetadata& out) {
  return read_message(node, "IssuerMetadata", [&](json::ObjectReader& in) {
    in.required("issuer", out.issuer).required("credentialsSupported", out.credentials_supported);
    if (in.ok() && out.credentials_supported.size() > 10 * entries_max) {
      in.refuse("credentialsSupported", "has more than " + std::to_string(10 * entries_max) + " entries");
    }
  });
}

json::Value write(const IssuerMetadata& metadata) {
  return message("IssuerMetadata")
      .field("issuer", metadata.issuer)
      .field("credentialsSupported", metadata.credentials_supported)
      .done();
}

Result<void> read(const json::Node& node, CredentialStatus& out) {
  return read_message(node, "CredentialStatus", [&](json::ObjectReader& in) {
    in.required("issuerPid", out.issuer_pid).required("holderPid", out.holder_pid);
    internal::required_enum(in, "status", status_names, out.status);
  });
}

json::Value write(const CredentialStatus& status) {
  return message("CredentialStatus")
      .field("issuerPid", status.issuer_pid)
      .field("holderPid", status.holder_pid)
      .field("status", status_names.name(status.status))
      .done();
}

}  // namespace kontor::protocol::dcp
