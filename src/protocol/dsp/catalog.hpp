#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/dsp/types.hpp"
#include "protocol/odrl/policy.hpp"

/// Messages of the catalog protocol. Members that DCAT or a vocabulary of the participants adds are kept in
/// `extensions`. [DSP 2025-1, catalog protocol; schemas catalog/*]
namespace kontor::protocol::dsp {

/// `filter` is implementation specific: the reader keeps what came, in an array (query_spec.hpp of
/// protocol/query reads EDC's).
struct CatalogRequestMessage {
  MessageId id;
  std::vector<json::Value> filter;
};

/// Abstract: the HTTPS binding is a GET.
struct DatasetRequestMessage {
  MessageId id;
  DatasetId dataset;
};

struct DataService {
  std::string id;
  std::string endpoint_url;  ///< the connector's base for the catalog's protocol version
  std::optional<std::string> endpoint_description;
  json::Object extensions;
};

struct Distribution {
  std::string format;
  std::variant<std::string, DataService>
      access_service;  ///< the id of a service of the catalog, or the service itself
  std::vector<odrl::Policy> offers;
  json::Object extensions;
};

struct Dataset {
  DatasetId id;
  std::vector<odrl::Policy> offers;         ///< at least one; none names a target
  std::vector<Distribution> distributions;  ///< at least one
  json::Object extensions;                  ///< the asset's public properties
};

struct Catalog {
  std::string id;
  std::string participant_id;  ///< of the root only
  std::vector<Dataset> datasets;
  std::vector<Catalog> catalogs;
  std::vector<DataService> services;
  std::vector<Distribution> distributions;
  json::Object extensions;
};

/// A dataset as the answer to a GET, with a context of its own.
struct RootDataset {
  Dataset dataset;
};

struct CatalogError {
  Reason reason;
};

/// Catalogs within catalogs are read to this depth.
inline constexpr std::size_t catalog_depth_max = 8;

Result<void> read(const json::Node& node, CatalogRequestMessage& out);
Result<void> read(const json::Node& node, DatasetRequestMessage& out);
Result<void> read(const json::Node& node, DataService& out);
Result<void> read(const json::Node& node, Distribution& out);
Result<void> read(const json::Node& node, Dataset& out);
Result<void> read(const json::Node& node, RootDataset& out);
Result<void> read(const json::Node& node, Catalog& out);
Result<void> read(const json::Node& node, CatalogError& out);

json::Value write(const CatalogRequestMessage& message);
json::Value write(const DatasetRequestMessage& message);
json::Value write(const DataService& service);
json::Value write(const Distribution& distribution);
json::Value write(const Dataset& dataset);
json::Value write(const RootDataset& dataset);
json::Value write(const Catalog& catalog);
json::Value write(const CatalogError& error);

}  // namespace kontor::protocol::dsp
