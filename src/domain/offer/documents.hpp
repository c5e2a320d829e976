#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/entity/decision.hpp"
#include "base/entity/kind.hpp"
#include "base/id/id.hpp"
#include "base/json/json.hpp"
#include "protocol/dsp/types.hpp"
#include "protocol/odrl/policy.hpp"
#include "protocol/query/query.hpp"

/// What a participant publishes: assets, policies, and the contract definitions that join them.
namespace kontor::domain::offer {

namespace dsp = protocol::dsp;
namespace odrl = protocol::odrl;

/// An asset is a dataset of the catalog under the same id.
using AssetId = dsp::DatasetId;
using PolicyDefinitionId = Id<struct PolicyDefinitionIdTag>;
using ContractDefinitionId = Id<struct ContractDefinitionIdTag>;

/// Which data planes can serve an asset, and what they are told.
struct DataplaneMetadata {
  std::vector<std::string> labels;
  json::Object properties;
  std::vector<std::string> profiles;  ///< transfer types that the asset allows; empty: any
};

/// Property names are kept short where they are of the EDC namespace (`name`, not its IRI), so that a
/// property is found under either spelling.
struct Asset {
  AssetId id;
  json::Object properties;          ///< shown in the catalog
  json::Object private_properties;  ///< never leave the participant
  std::optional<DataplaneMetadata> dataplane_metadata;
  std::optional<json::Object>
      data_address;         ///< legacy: where the data is, for data planes that are told by the control plane
  bool is_catalog = false;  ///< points to another catalog (`endpointURL`, `format`)
  Instant created_at;
};

struct PolicyDefinition {
  PolicyDefinitionId id;
  odrl::Policy policy;  ///< of type Set
  json::Object private_properties;
  Instant created_at;
};

/// Offers the assets that `assets_selector` matches (none: every asset) under the contract policy, to those
/// who satisfy the access policy.
struct ContractDefinition {
  ContractDefinitionId id;
  PolicyDefinitionId access_policy;
  PolicyDefinitionId contract_policy;
  std::vector<protocol::query::Criterion> assets_selector;
  json::Object private_properties;
  Instant created_at;
};

/// The asset that the selector names by its id: it covers this one or none. Nothing where it selects by
/// anything else, which has to be asked of each asset.
std::optional<AssetId> named_asset(const ContractDefinition& definition);

/// The stored form, in which `AssetDocument::kind` finds its fields. A data address that may hold a secret,
/// not only the name of one, stands in it as `secretDataAddress`.
json::Value write(const Asset& asset);

struct AssetDocument {
  using Entity = Asset;
  static const entity::Kind& kind();  ///< asset
  static std::string encode(const Entity& asset);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};
struct PolicyDefinitionDocument {
  using Entity = PolicyDefinition;
  static const entity::Kind& kind();  ///< policy-definition
  static std::string encode(const Entity& definition);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};
struct ContractDefinitionDocument {
  using Entity = ContractDefinition;
  /// contract-definition. The field `assetId` is `named_asset`, empty where there is none; absent in what was
  /// stored before there was such a field.
  static const entity::Kind& kind();
  static std::string encode(const Entity& definition);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Members as the Management API writes them become canonical: names of the EDC namespace lose it. Called by
/// whoever makes an Asset from outside input.
json::Object canonical_properties(json::Object properties);

}  // namespace kontor::domain::offer
