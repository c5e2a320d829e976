#include <algorithm>

#include "base/text/beginning.hpp"
#include "protocol/api/fabric/tenant_manager.hpp"

namespace kontor::protocol::api::fabric {
namespace {

/// An id that clients send empty where they mean none.
template <class Tag>
void read_optional_id(json::ObjectReader& in, std::string_view key, std::optional<Id<Tag>>& out) {
  std::string text;
  in.optional(key, text);
  if (!text.empty()) out = Id<Tag>(std::move(text));
}

/// `did:method:specific`, as far as a reader that resolves nothing can tell. [DID Core 1.0, §3.1]
bool is_did(std::string_view text) {
  if (!text.starts_with("did:") || text.size() > 2048) return false;
  const auto method = text.substr(4, text.find(':', 4) - 4);
  const auto rest = method.size() + 5 < text.size() ? text.substr(method.size() + 5) : std::string_view{};
  const auto in_method = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto in_rest = [](char c) {
    return c > ' ' && c < '\x7f' && c != '#' && c != '?' && c != '/' && c != '"';
  };
  return !method.empty() && !rest.empty() && std::ranges::all_of(method, in_method) &&
         std::ranges::all_of(rest, in_rest);
}

void check_vpa_types(json::ObjectReader& in, const std::map<std::string, json::Object>& properties) {
  for (const auto& [type, members] : properties) {
    if (!in.ok() || vpa_type_names.value(type)) continue;
    in.refuse("vpaProperties",
              "'" + std::string(text::beginning(type, 64)) + "' is no type of a virtual participant agent");
  }
}

}  // namespace

Result<void> read(const json::Node& node, NewDataspaceDeployment& out) {
  if (node.value().is_null()) return {};
  json::ObjectReader in(node);
  read_optional_id(in, "profileId", out.profile_id);
  read_optional_id(in, "cellId", out.cell_id);
  return in.done();
}

json::Value write(const NewDataspaceDeployment& deployment) {
  return json::ObjectWriter()
      .field("profileId", deployment.profile_id)
      .field("cellId", deployment.cell_id)
      .done();
}

Result<void> read(const json::Node& node, VirtualParticipantAgent& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .optional("version", out.version)
      .required("state", out.state)
      .optional("stateTimestamp", out.state_timestamp)
      .required("type", out.type)
      .required("cellId", out.cell_id)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const VirtualParticipantAgent& vpa) {
  return json::ObjectWriter()
      .field("id", vpa.id)
      .field("version", vpa.version)
      .field("state", vpa.state)
      .field("stateTimestamp", vpa.state_timestamp)
      .field("type", vpa.type)
      .field("cellId", vpa.cell_id)
      .field("properties", vpa.properties)
      .done();
}

Result<void> read(const json::Node& node, ParticipantProfile& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .optional("version", out.version)
      .required("identifier", out.identifier)
      .optional("tenantId", out.tenant_id)
      .optional("participantRoles", out.participant_roles)
      .optional("vpas", out.vpas)
      .optional("properties", out.properties)
      .optional("error", out.error)
      .optional("errorDetail", out.error_detail);
  return in.done();
}

json::Value write(const ParticipantProfile& profile) {
  return json::ObjectWriter()
      .field("id", profile.id)
      .field("version", profile.version)
      .field("identifier", profile.identifier)
      .field("tenantId", profile.tenant_id)
      .field("participantRoles", profile.participant_roles)
      .field("vpas", profile.vpas)
      .field("properties", profile.properties)
      .field("error", profile.error)
      .non_empty("errorDetail", profile.error_detail)
      .done();
}

Result<void> read(const json::Node& node, NewParticipantProfile& out) {
  json::ObjectReader in(node);
  in.required("identifier", out.identifier)
      .optional("cellLabels", out.cell_labels)
      .optional("dataspaceProfileIds", out.dataspace_profile_ids)
      .optional("participantRoles", out.participant_roles)
      .optional("vpaProperties", out.vpa_properties)
      .optional("properties", out.properties);
  read_optional_id(in, "cellId", out.cell_id);
  if (in.ok() && !is_did(out.identifier.str()))
    in.refuse("identifier", "must be a DID, for example did:web:example.com:acme");
  check_vpa_types(in, out.vpa_properties);
  return in.done();
}

json::Value write(const NewParticipantProfile& profile) {
  return json::ObjectWriter()
      .field("identifier", profile.identifier)
      .field("cellId", profile.cell_id)
      .non_empty("cellLabels", profile.cell_labels)
      .field("dataspaceProfileIds", profile.dataspace_profile_ids)
      .field("participantRoles", profile.participant_roles)
      .field("vpaProperties", profile.vpa_properties)
      .field("properties", profile.properties)
      .done();
}

}  // namespace kontor::protocol::api::fabric
