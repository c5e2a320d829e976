#pragma once

#include "protocol/api/management/envelope.hpp"
#include "protocol/odrl/policy.hpp"
#include "protocol/query/query_spec.hpp"

/// What a participant publishes: assets, policy definitions, contract definitions.
namespace kontor::protocol::api::management {

struct DataplaneMetadata {
  std::vector<std::string> labels;
  json::Object properties;
  std::vector<std::string> profiles;
};
Result<void> read(const json::Node& node, DataplaneMetadata& out);
json::Value write(const DataplaneMetadata& metadata);

struct Asset {
  std::optional<std::string> id;
  json::Object properties;
  json::Object private_properties;
  std::optional<DataplaneMetadata> dataplane_metadata;
  std::optional<json::Object> data_address;
  bool is_catalog = false;  ///< type CatalogAsset
  Instant created_at;       ///< written only
};
/// Errors beside the members' own: a name that is both a public and a private property.
Result<void> read(const json::Node& node, Asset& out);
json::Value write(const Asset& asset);

struct PolicyDefinition {
  std::optional<std::string> id;
  odrl::Policy policy;
  json::Object private_properties;
  Instant created_at;
};
Result<void> read(const json::Node& node, PolicyDefinition& out);
json::Value write(const PolicyDefinition& definition);

struct ContractDefinition {
  std::optional<std::string> id;
  std::string access_policy_id;
  std::string contract_policy_id;
  std::vector<query::Criterion> assets_selector;
  json::Object private_properties;
  Instant created_at;
};
Result<void> read(const json::Node& node, ContractDefinition& out);
json::Value write(const ContractDefinition& definition);

/// The contract definitions that name a policy in one of their two places, in the order of their ids.
struct PolicyUsers {
  std::vector<std::string> contract_definition_ids;  ///< at most `policy_users_max`
  bool more = false;                                 ///< there are others behind these
};
inline constexpr std::uint32_t policy_users_max = 100;
Result<void> read(const json::Node& node, PolicyUsers& out);
json::Value write(const PolicyUsers& users);

/// What depends on a policy definition: it cannot be deleted while there is any of it, and a change of the
/// policy changes what these offer to whom.
struct PolicyUsage {
  std::string policy_id;
  PolicyUsers access_policy_of;
  PolicyUsers contract_policy_of;
};
Result<void> read(const json::Node& node, PolicyUsage& out);
json::Value write(const PolicyUsage& usage);

/// A QuerySpec with its envelope; an empty body asks for the first page of everything.
struct QueryRequest {
  query::Query query;
};
Result<void> read(const json::Node& node, QueryRequest& out);
json::Value write(const QueryRequest& request);

}  // namespace kontor::protocol::api::management
