#include "protocol/api/management/publishing.hpp"

#include <algorithm>
#include <initializer_list>

namespace kontor::protocol::api::management {

Result<void> read(const json::Node& node, DataplaneMetadata& out) {
  json::ObjectReader in(node);
  in.one_or_many("labels", out.labels)
      .optional("properties", out.properties)
      .one_or_many("profiles", out.profiles);
  return in.done();
}

json::Value write(const DataplaneMetadata& metadata) {
  return json::ObjectWriter()
      .field("@type", "DataplaneMetadata")
      .field("labels", metadata.labels)
      .field("properties", metadata.properties)
      .field("profiles", metadata.profiles)
      .done();
}

namespace {

/// What a data plane needs to know before it reads the rest, which is of its own kind.
struct SourceType {
  std::string type;
};
Result<void> read(const json::Node& node, SourceType& out) {
  json::ObjectReader in(node);
  std::string json_ld_type;
  in.optional("@type", json_ld_type).required("type", out.type);
  if (in.ok() && out.type.empty()) in.refuse("type", "must not be empty");
  return in.done();
}

/// What another connector's catalog needs to be found, under any name that clients write.
void check_catalog(json::ObjectReader& in, const json::Object& properties) {
  const auto says = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(names, [&](std::string_view name) {
      const auto* value = properties.if_contains(name);
      return value && value->is_string() && !value->get_string().empty();
    });
  };
  if (!says({"endpointURL", "dcat:endpointURL", "http://www.w3.org/ns/dcat#endpointURL",
             "https://w3id.org/edc/v0.0.1/ns/endpointURL"}))
    in.refuse("properties", "needs an endpointURL: where the catalog is");
  else if (!says({"format", "dct:format", "http://purl.org/dc/terms/format",
                  "https://w3id.org/edc/v0.0.1/ns/format"}))
    in.refuse("properties", "needs a format: how the catalog is asked");
}

}  // namespace

Result<void> read(const json::Node& node, Asset& out) {
  SourceType source;
  auto in = open_body(node, {"Asset", "CatalogAsset"});
  std::string type;
  in.optional("@id", out.id)
      .required("@type", type)
      .required("properties", out.properties)
      .optional("privateProperties", out.private_properties)
      .optional("dataplaneMetadata", out.dataplane_metadata)
      .optional("dataAddress", source)
      .optional("dataAddress", out.data_address);
  out.is_catalog = type == "CatalogAsset";
  if (in.ok() && out.is_catalog) check_catalog(in, out.properties);
  for (const auto& member : out.private_properties) {
    if (out.properties.contains(member.key())) {
      in.refuse("privateProperties",
                fmt::format("'{}' is also a public property", std::string_view(member.key())));
    }
  }
  return in.done();
}

json::Value write(const Asset& asset) {
  auto out = body_of(asset.is_catalog ? "CatalogAsset" : "Asset");
  out.field("@id", asset.id).field("properties", asset.properties);
  out.non_empty("privateProperties", asset.private_properties);
  out.field("dataplaneMetadata", asset.dataplane_metadata);
  out.field("dataAddress", asset.data_address);
  return out.field("createdAt", epoch_milliseconds(asset.created_at)).done();
}

Result<void> read(const json::Node& node, PolicyDefinition& out) {
  auto in = open_body(node, {"PolicyDefinition"});
  in.optional("@id", out.id)
      .required("policy", out.policy)
      .optional("privateProperties", out.private_properties);
  if (in.ok() && out.policy.type != odrl::PolicyType::set) in.refuse("policy", "must be of type Set");
  return in.done();
}

json::Value write(const PolicyDefinition& definition) {
  auto out = body_of("PolicyDefinition");
  out.field("@id", definition.id).field("policy", definition.policy);
  out.non_empty("privateProperties", definition.private_properties);
  return out.field("createdAt", epoch_milliseconds(definition.created_at)).done();
}

Result<void> read(const json::Node& node, ContractDefinition& out) {
  auto in = open_body(node, {"ContractDefinition"});
  in.optional("@id", out.id)
      .required("accessPolicyId", out.access_policy_id)
      .required("contractPolicyId", out.contract_policy_id)
      .one_or_many("assetsSelector", out.assets_selector)
      .optional("privateProperties", out.private_properties);
  return in.done();
}

json::Value write(const ContractDefinition& definition) {
  auto out = body_of("ContractDefinition");
  out.field("@id", definition.id)
      .field("accessPolicyId", definition.access_policy_id)
      .field("contractPolicyId", definition.contract_policy_id)
      .field("assetsSelector", definition.assets_selector);
  out.non_empty("privateProperties", definition.private_properties);
  return out.field("createdAt", epoch_milliseconds(definition.created_at)).done();
}

Result<void> read(const json::Node& node, PolicyUsers& out) {
  json::ObjectReader in(node);
  in.required("contractDefinitionIds", out.contract_definition_ids).required("more", out.more);
  return in.done();
}

json::Value write(const PolicyUsers& users) {
  json::ObjectWriter out;
  out.field("contractDefinitionIds", users.contract_definition_ids);
  return out.field("more", users.more).done();
}

Result<void> read(const json::Node& node, PolicyUsage& out) {
  auto in = open_body(node, {"PolicyUsage"});
  in.required("policyId", out.policy_id)
      .required("accessPolicyOf", out.access_policy_of)
      .required("contractPolicyOf", out.contract_policy_of);
  return in.done();
}

json::Value write(const PolicyUsage& usage) {
  auto out = body_of("PolicyUsage");
  out.field("policyId", usage.policy_id);
  return out.field("accessPolicyOf", usage.access_policy_of)
      .field("contractPolicyOf", usage.contract_policy_of)
      .done();
}

Result<void> read(const json::Node& node, QueryRequest& out) {
  const auto* object = node.value().if_object();
  if (object && object->empty()) return {};
  auto in = open_body(node, {"QuerySpec"});
  if (auto done = in.done(); !done) return done;
  return read(node, out.query);
}

json::Value write(const QueryRequest& request) {
  auto spec = query::write_query_spec(request.query);
  json::Object out;
  out.emplace("@context", json::write(std::vector<std::string>{std::string(context_url)}));
  if (spec && spec->is_object()) {
    for (const auto& member : spec->get_object()) out.insert_or_assign(member.key(), member.value());
  }
  out.insert_or_assign("@type", "QuerySpec");
  return out;
}

}  // namespace kontor::protocol::api::management
