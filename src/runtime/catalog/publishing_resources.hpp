#pragma once

#include "domain/offer/rules.hpp"
#include "runtime/management_api/resource.hpp"

/// What the Management API reads and shows of what a participant publishes, and how that is kept.
namespace kontor::runtime::catalog {

namespace management = protocol::api::management;
namespace offer = domain::offer;
using platform::engine::Loaded;

struct AssetResource {
  using Document = offer::AssetDocument;
  using Body = management::Asset;

  static Result<offer::Asset> entity_of(Body body, std::string id, Instant created_at) {
    offer::Asset asset{.id = offer::AssetId(std::move(id)),
                       .properties = offer::canonical_properties(std::move(body.properties)),
                       .private_properties = offer::canonical_properties(std::move(body.private_properties)),
                       .data_address = std::move(body.data_address),
                       .is_catalog = body.is_catalog,
                       .created_at = created_at};
    if (body.dataplane_metadata) {
      auto& metadata = *body.dataplane_metadata;
      asset.dataplane_metadata = offer::DataplaneMetadata{
          std::move(metadata.labels), std::move(metadata.properties), std::move(metadata.profiles)};
    }
    return asset;
  }
  static Body shown(const Loaded<offer::Asset>& loaded) {
    const auto& asset = loaded.entity;
    Body body{.id = asset.id.str(),
              .properties = asset.properties,
              .private_properties = asset.private_properties,
              .data_address = asset.data_address,
              .is_catalog = asset.is_catalog,
              .created_at = loaded.created_at};
    if (asset.dataplane_metadata) {
      const auto& metadata = *asset.dataplane_metadata;
      body.dataplane_metadata =
          management::DataplaneMetadata{metadata.labels, metadata.properties, metadata.profiles};
    }
    return body;
  }
};

struct PolicyResource {
  using Document = offer::PolicyDefinitionDocument;
  using Body = management::PolicyDefinition;

  static Result<offer::PolicyDefinition> entity_of(Body body, std::string id, Instant created_at) {
    return offer::PolicyDefinition{offer::PolicyDefinitionId(std::move(id)), std::move(body.policy),
                                   std::move(body.private_properties), created_at};
  }
  static Body shown(const Loaded<offer::PolicyDefinition>& loaded) {
    return {loaded.entity.id.str(), loaded.entity.policy, loaded.entity.private_properties,
            loaded.created_at};
  }
};

struct ContractDefinitionResource {
  using Document = offer::ContractDefinitionDocument;
  using Body = management::ContractDefinition;

  static Result<offer::ContractDefinition> entity_of(Body body, std::string id, Instant created_at) {
    return offer::ContractDefinition{offer::ContractDefinitionId(std::move(id)),
                                     offer::PolicyDefinitionId(std::move(body.access_policy_id)),
                                     offer::PolicyDefinitionId(std::move(body.contract_policy_id)),
                                     std::move(body.assets_selector),
                                     std::move(body.private_properties),
                                     created_at};
  }
  static Body shown(const Loaded<offer::ContractDefinition>& loaded) {
    const auto& definition = loaded.entity;
    return {definition.id.str(),        definition.access_policy.str(), definition.contract_policy.str(),
            definition.assets_selector, definition.private_properties,  loaded.created_at};
  }
};

}  // namespace kontor::runtime::catalog
