#include "protocol/api/management/publication.hpp"

#include <set>

namespace kontor::protocol::api::management {
namespace {

constexpr std::size_t policies_max = 100;

bool has_id(const std::optional<std::string>& id) {
  return id && !id->empty();
}

}  // namespace

Result<void> read(const json::Node& node, Publication& out) {
  auto in = open_body(node, {"Publication"});
  in.required("asset", out.asset)
      .optional("policyDefinitions", out.policies)
      .required("contractDefinition", out.definition);
  if (auto done = in.done(); !done) return done;
  const auto missing = [&](const std::string& part) {
    return invalid(node.pointer() + "/" + part + "/@id", "is required");
  };
  if (node.shape()) return {};
  if (!has_id(out.asset.id)) return missing("asset");
  if (!has_id(out.definition.id)) return missing("contractDefinition");
  if (out.policies.size() > policies_max)
    return invalid(node.pointer() + "/policyDefinitions", "has more than {} elements", policies_max);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < out.policies.size(); ++i) {
    const auto part = "policyDefinitions/" + std::to_string(i);
    if (!has_id(out.policies[i].id)) return missing(part);
    if (!ids.insert(*out.policies[i].id).second)
      return invalid(node.pointer() + "/" + part + "/@id", "is the id of another policy definition too");
  }
  return {};
}

json::Value write(const Publication& publication) {
  return body_of("Publication")
      .field("asset", publication.asset)
      .field("policyDefinitions", publication.policies)
      .field("contractDefinition", publication.definition)
      .done();
}

std::vector<PlacedBody> bodies_in(const json::Value& body) {
  std::vector<PlacedBody> bodies{{"", &body}};
  const auto* type = json::find(body, "@type");
  if (!type || !type->is_string() || type->get_string() != "Publication") return bodies;
  for (const char* name : {"asset", "contractDefinition"}) {
    if (const auto* part = json::find(body, name)) bodies.push_back({"/" + std::string(name), part});
  }
  const auto* policies = json::find(body, "policyDefinitions");
  const auto* list = policies ? policies->if_array() : nullptr;
  for (std::size_t i = 0; list && i < list->size(); ++i)
    bodies.push_back({"/policyDefinitions/" + std::to_string(i), &(*list)[i]});
  return bodies;
}

Result<void> read(const json::Node& node, PublicationResponse& out) {
  auto in = open_body(node, {"PublicationResponse"});
  in.required("assetId", out.asset_id)
      .required("policyDefinitionIds", out.policy_ids)
      .required("contractDefinitionId", out.definition_id)
      .required("changed", out.changed);
  return in.done();
}

json::Value write(const PublicationResponse& response) {
  return body_of("PublicationResponse")
      .field("assetId", response.asset_id)
      .field("policyDefinitionIds", response.policy_ids)
      .field("contractDefinitionId", response.definition_id)
      .field("changed", response.changed)
      .done();
}

}  // namespace kontor::protocol::api::management
