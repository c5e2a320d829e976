#include "domain/offer/documents.hpp"

#include <algorithm>
#include <iterator>

#include "base/json/codec.hpp"
#include "base/json/stored.hpp"
#include "protocol/odrl/names.hpp"
#include "protocol/query/field.hpp"
#include "protocol/query/query_spec.hpp"

namespace kontor::domain::offer {
namespace {

constexpr entity::Field asset_fields[] = {
    {"id", "id", entity::FieldType::text, true},
    {"createdAt", "createdAt", entity::FieldType::instant},
    {"isCatalog", "isCatalog", entity::FieldType::boolean},
};
constexpr entity::Kind asset_kind{.name = "asset",
                                  .codec_version = 1,
                                  .fields = asset_fields,
                                  .free_properties = "properties privateProperties",
                                  .audited = true};

constexpr entity::Field policy_fields[] = {
    {"id", "id", entity::FieldType::text, true},
    {"createdAt", "createdAt", entity::FieldType::instant},
};
constexpr entity::Kind policy_kind{.name = "policy-definition",
                                   .codec_version = 1,
                                   .fields = policy_fields,
                                   .free_properties = "privateProperties",
                                   .audited = true};

constexpr entity::Field definition_fields[] = {
    {"id", "id", entity::FieldType::text, true},
    {"accessPolicyId", "accessPolicyId", entity::FieldType::text, true},
    {"contractPolicyId", "contractPolicyId", entity::FieldType::text, true},
    {"assetId", "assetId", entity::FieldType::text, true},
    {"createdAt", "createdAt", entity::FieldType::instant},
};
constexpr entity::Kind definition_kind{.name = "contract-definition",
                                       .codec_version = 1,
                                       .fields = definition_fields,
                                       .free_properties = "privateProperties",
                                       .audited = true};

/// Of the address of a source. They name secrets at most; what is not known may be one.
constexpr std::string_view members_without_secret[] = {"@type",
                                                       "@id",
                                                       "type",
                                                       "endpointType",
                                                       "name",
                                                       "endpoint",
                                                       "baseUrl",
                                                       "path",
                                                       "method",
                                                       "contentType",
                                                       "proxyPath",
                                                       "proxyQueryParams",
                                                       "proxyMethod",
                                                       "proxyMethods",
                                                       "proxyBody",
                                                       "secretName",
                                                       "authKey",
                                                       "nonChunkedTransfer",
                                                       "basic:username",
                                                       "oauth2:scope",
                                                       "basic:passwordKey",
                                                       "bearer:tokenKey",
                                                       "oauth2:tokenUrl",
                                                       "oauth2:clientId",
                                                       "tls:certificateKey",
                                                       "oauth2:clientSecretKey"};

/// Whether the address may be stored in the clear.
bool holds_no_secret(const json::Object& address) {
  return std::ranges::all_of(address, [](const auto& member) {
    std::string_view name = member.key();
    if (name.starts_with(protocol::odrl::edc_namespace))
      name.remove_prefix(protocol::odrl::edc_namespace.size());
    if (std::ranges::find(members_without_secret, name) == std::end(members_without_secret)) return false;
    if (!member.value().is_string()) return !member.value().is_structured();
    // A user or a query of a URL may be one.
    const std::string_view text(member.value().get_string());
    return !text.contains('?') && !text.contains('@');
  });
}

constexpr std::string_view clear_address = "dataAddress";
/// Sealed by the store (app/foundation/sealed_members.cpp).
constexpr std::string_view secret_address = "secretDataAddress";

}  // namespace

// Found by the readers and writers through their arguments' namespace.

Result<void> read(const json::Node& node, DataplaneMetadata& out) {
  json::ObjectReader in(node);
  in.one_or_many("labels", out.labels)
      .optional("properties", out.properties)
      .one_or_many("profiles", out.profiles);
  return in.done();
}

json::Value write(const DataplaneMetadata& metadata) {
  json::ObjectWriter out;
  out.non_empty("labels", metadata.labels).non_empty("properties", metadata.properties);
  return out.non_empty("profiles", metadata.profiles).done();
}

Result<void> read(const json::Node& node, Asset& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).optional("properties", out.properties);
  in.optional("privateProperties", out.private_properties)
      .optional("dataplaneMetadata", out.dataplane_metadata);
  in.optional(in.has(secret_address) ? secret_address : clear_address, out.data_address)
      .optional("isCatalog", out.is_catalog);
  in.required("createdAt", out.created_at);
  return in.done();
}

json::Value write(const Asset& asset) {
  json::ObjectWriter out;
  out.field("id", asset.id).field("properties", asset.properties);
  out.non_empty("privateProperties", asset.private_properties)
      .field("dataplaneMetadata", asset.dataplane_metadata);
  const bool clear = !asset.data_address || holds_no_secret(*asset.data_address);
  out.field(clear ? clear_address : secret_address, asset.data_address).field("isCatalog", asset.is_catalog);
  return out.field("createdAt", asset.created_at).done();
}

Result<void> read(const json::Node& node, PolicyDefinition& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("policy", out.policy)
      .optional("privateProperties", out.private_properties);
  in.required("createdAt", out.created_at);
  return in.done();
}

json::Value write(const PolicyDefinition& definition) {
  json::ObjectWriter out;
  out.field("id", definition.id).field("policy", definition.policy);
  out.non_empty("privateProperties", definition.private_properties);
  return out.field("createdAt", definition.created_at).done();
}

Result<void> read(const json::Node& node, ContractDefinition& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("accessPolicyId", out.access_policy);
  in.required("contractPolicyId", out.contract_policy).one_or_many("assetsSelector", out.assets_selector);
  in.optional("privateProperties", out.private_properties).required("createdAt", out.created_at);
  return in.done();
}

json::Value write(const ContractDefinition& definition) {
  json::ObjectWriter out;
  out.field("id", definition.id).field("accessPolicyId", definition.access_policy);
  out.field("contractPolicyId", definition.contract_policy)
      .non_empty("assetsSelector", definition.assets_selector);
  out.field("assetId", named_asset(definition).value_or(AssetId()));
  out.non_empty("privateProperties", definition.private_properties);
  return out.field("createdAt", definition.created_at).done();
}

std::optional<AssetId> named_asset(const ContractDefinition& definition) {
  namespace query = protocol::query;
  for (const auto& criterion : definition.assets_selector) {
    const bool is_one = criterion.op == query::Operator::equal ||
                        (criterion.op == query::Operator::in && criterion.values.size() == 1);
    const auto* id = is_one ? std::get_if<std::string>(&criterion.values.front()) : nullptr;
    // Points in time are equal in more than one spelling.
    if (!id || id->empty() || parse_instant(*id)) continue;
    const auto field = query::resolve(asset_kind, criterion.field);
    if (field && field->declared && field->path.size() == 1 && field->path.front().name == "id")
      return AssetId(*id);
  }
  return std::nullopt;
}

const entity::Kind& AssetDocument::kind() {
  return asset_kind;
}
std::string AssetDocument::encode(const Entity& asset) {
  return json::encode(asset);
}
Result<Asset> AssetDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Asset>(stored);
}

const entity::Kind& PolicyDefinitionDocument::kind() {
  return policy_kind;
}
std::string PolicyDefinitionDocument::encode(const Entity& definition) {
  return json::encode(definition);
}
Result<PolicyDefinition> PolicyDefinitionDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<PolicyDefinition>(stored);
}

const entity::Kind& ContractDefinitionDocument::kind() {
  return definition_kind;
}
std::string ContractDefinitionDocument::encode(const Entity& definition) {
  return json::encode(definition);
}
Result<ContractDefinition> ContractDefinitionDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<ContractDefinition>(stored);
}

json::Object canonical_properties(json::Object properties) {
  using protocol::odrl::edc_namespace;
  json::Object canonical;
  for (auto& entry : properties) {
    std::string_view key = entry.key();
    if (key.starts_with(edc_namespace)) key.remove_prefix(edc_namespace.size());
    if (key.starts_with("edc:")) key.remove_prefix(4);
    canonical.insert_or_assign(key, std::move(entry.value()));
  }
  return canonical;
}

}  // namespace kontor::domain::offer
