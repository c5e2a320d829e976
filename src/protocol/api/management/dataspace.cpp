#include "protocol/api/management/dataspace.hpp"

#include <algorithm>

namespace kontor::protocol::api::management {
namespace {

constexpr std::size_t name_bytes_max = 128;
constexpr std::size_t required_credentials_max = 16;

bool is_name(std::string_view text) {
  const auto fits = [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') ||
           each == '.' || each == '_' || each == '-';
  };
  const bool dots_only = text.find_first_not_of('.') == std::string_view::npos;
  return text.size() <= name_bytes_max && !dots_only && std::ranges::all_of(text, fits);
}

/// They are asked for by scopes, in which these characters separate.
bool are_types(const std::vector<std::string>& names) {
  return names.size() <= required_credentials_max && std::ranges::all_of(names, [](const auto& each) {
           return !each.empty() && each.size() <= name_bytes_max &&
                  each.find_first_of(":#* \t\n") == std::string::npos;
         });
}

}  // namespace

Result<void> read(const json::Node& node, ProfileProtocol& out) {
  json::ObjectReader in(node);
  in.required("version", out.version)
      .required("binding", out.binding)
      .required("namespace", out.namespace_uri)
      .optional("path", out.path);
  if (in.ok() && out.version.empty()) in.refuse("version", "must not be empty");
  if (in.ok() && out.binding.empty()) in.refuse("binding", "must not be empty");
  return in.done();
}

json::Value write(const ProfileProtocol& protocol) {
  return json::ObjectWriter()
      .field("version", protocol.version)
      .field("binding", protocol.binding)
      .field("namespace", protocol.namespace_uri)
      .field("path", protocol.path)
      .done();
}

Result<void> read(const json::Node& node, TrustedIssuer& out) {
  json::ObjectReader in(node);
  in.required("@id", out.id).required("supportedTypes", out.supported_types);
  if (in.ok() && out.supported_types.empty())
    in.refuse("supportedTypes", "must name at least one type, or *");
  return in.done();
}

json::Value write(const TrustedIssuer& issuer) {
  return json::ObjectWriter().field("@id", issuer.id).field("supportedTypes", issuer.supported_types).done();
}

Result<void> read(const json::Node& node, DataspaceProfile& out) {
  auto in = open_body(node, {"DataspaceProfile"});
  in.required("name", out.name)
      .required("protocol", out.protocol)
      .optional("jsonLdContextsUrl", out.json_ld_contexts)
      .optional("trustedIssuers", out.trusted_issuers)
      .optional("requiredCredentials", out.required_credentials)
      .optional("acceptUndeclaredRelationships", out.accept_undeclared_relationships);
  if (in.ok() && !are_types(out.required_credentials))
    in.refuse("requiredCredentials",
              "must be at most 16 types of credentials, none of them empty or with a blank, ':', '#' or '*'");
  if (in.ok() && !is_name(out.name))
    in.refuse("name",
              "must be of letters, digits, '.', '_' and '-', at most 128 of them, and not of dots alone");
  return in.done();
}

json::Value write(const DataspaceProfile& profile) {
  return body_of("DataspaceProfile")
      .field("name", profile.name)
      .field("protocol", profile.protocol)
      .field("jsonLdContextsUrl", profile.json_ld_contexts)
      .field("trustedIssuers", profile.trusted_issuers)
      .field("requiredCredentials", profile.required_credentials)
      .field("acceptUndeclaredRelationships", profile.accept_undeclared_relationships)
      .done();
}

Result<void> read(const json::Node& node, AssociateDataspaceProfile& out) {
  auto in = open_body(node, {"AssociateDataspaceProfile"});
  in.required("profiles", out.profiles);
  return in.done();
}

json::Value write(const AssociateDataspaceProfile& body) {
  return body_of("AssociateDataspaceProfile").field("profiles", body.profiles).done();
}

Result<void> read(const json::Node& node, DiscoveryRequest& out) {
  auto in = open_body(node, {"DiscoveryRequest"});
  in.optional("counterPartyId", out.counter_party_id)
      .optional("counterPartyAddress", out.counter_party_address);
  if (in.ok() && !out.counter_party_id && !out.counter_party_address)
    in.refuse("counterPartyId", "is required, or counterPartyAddress");
  return in.done();
}

json::Value write(const DiscoveryRequest& request) {
  return body_of("DiscoveryRequest")
      .field("counterPartyId", request.counter_party_id)
      .field("counterPartyAddress", request.counter_party_address)
      .done();
}

Result<void> read(const json::Node& node, DiscoveryResponse& out) {
  json::ObjectReader in(node);
  in.required("profile", out.profile).required("version", out.version).required("binding", out.binding);
  auto party = in.member("counterParty");
  if (!party) return invalid(node.pointer() + "/counterParty", "is required");
  json::ObjectReader address(*party);
  address.required("path", out.path).required("dataServiceEndpoint", out.endpoint);
  if (auto done = in.done(); !done) return done;
  return address.done();
}

json::Value write(const DiscoveryResponse& response) {
  return body_of("DiscoveryResponse")
      .field("profile", response.profile)
      .field("version", response.version)
      .field("binding", response.binding)
      .field("counterParty", json::ObjectWriter()
                                 .field("path", response.path)
                                 .field("dataServiceEndpoint", response.endpoint)
                                 .done())
      .done();
}

Result<void> read(const json::Node& node, DcpScope& out) {
  auto in = open_body(node, {"DcpScope"});
  in.optional("@id", out.id)
      .required("value", out.value)
      .optional("profile", out.profile)
      .optional("prefixMapping", out.prefix_mapping);
  if (auto type = in.member("type"); type && !type->value().is_null()) {
    if (auto done = json::read_enum(*type, dcp_scope_type_names, out.type); !done) return done;
  }
  const bool of_a_policy = out.type == DcpScopeType::policy;
  if (in.ok() && of_a_policy && out.prefix_mapping.value_or("").empty())
    in.refuse("prefixMapping", "is required for a scope of type POLICY");
  return in.done();
}

json::Value write(const DcpScope& scope) {
  return body_of("DcpScope")
      .field("@id", scope.id)
      .field("value", scope.value)
      .field("type", dcp_scope_type_names.name(scope.type))
      .field("profile", scope.profile)
      .field("prefixMapping", scope.prefix_mapping)
      .done();
}

}  // namespace kontor::protocol::api::management
