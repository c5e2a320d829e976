#include "protocol/dsp/catalog.hpp"

#include <algorithm>
#include <initializer_list>

#include "protocol/dsp/internal/envelope.hpp"

namespace kontor::protocol::dsp {

using namespace internal;

namespace {

json::Object extensions_of(const json::ObjectReader& in, std::initializer_list<std::string_view> known) {
  json::Object extensions;
  if (!in.object()) return extensions;
  for (const auto& entry : *in.object()) {
    const std::string_view key = entry.key();
    if (std::ranges::find(known, key) == known.end()) extensions.emplace(key, entry.value());
  }
  return extensions;
}

json::Value with_extensions(json::Value value, const json::Object& extensions) {
  auto& object = value.get_object();
  for (const auto& entry : extensions) object.emplace(entry.key(), entry.value());
  return value;
}

json::Value with_context(json::Value value) {
  json::Object root;
  root.emplace("@context", json::Array{json::Value(context_url)});
  for (auto& entry : value.get_object()) root.emplace(entry.key(), std::move(entry.value()));
  return root;
}

/// Offers inside a catalog name no target: the dataset is it.
std::vector<odrl::Policy> without_targets(std::vector<odrl::Policy> offers) {
  for (auto& offer : offers) {
    offer.type = odrl::PolicyType::offer;
    offer.target.reset();
  }
  return offers;
}

Result<void> read_catalog(const json::Node& node, Catalog& out, std::size_t depth);

Result<void> read_catalogs(const json::ObjectReader& in, std::vector<Catalog>& out, std::size_t depth) {
  const auto nested = in.member("catalog");
  if (!nested || nested->value().is_null()) return {};
  const auto* array = nested->value().if_array();
  if (!array) return read_catalog(*nested, out.emplace_back(), depth + 1);
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (auto done = read_catalog(nested->element(i, (*array)[i]), out.emplace_back(), depth + 1); !done)
      return done;
  }
  return {};
}

Result<void> read_catalog(const json::Node& node, Catalog& out, std::size_t depth) {
  if (depth > catalog_depth_max)
    return invalid(node.pointer(), "nested deeper than {} levels", catalog_depth_max);
  json::ObjectReader in(node);
  in.constant("@type", "Catalog");
  in.required("@id", out.id).optional("participantId", out.participant_id);
  in.one_or_many("dataset", out.datasets).one_or_many("service", out.services);
  in.one_or_many("distribution", out.distributions);
  if (auto done = in.done(); !done) return done;
  out.extensions = extensions_of(
      in, {"@context", "@type", "@id", "participantId", "dataset", "catalog", "service", "distribution"});
  return read_catalogs(in, out.catalogs, depth);
}

/// A catalog without its context.
json::Value write_catalog(const Catalog& catalog) {
  json::ObjectWriter out;
  out.field("@id", catalog.id).field("@type", "Catalog");
  if (!catalog.participant_id.empty()) out.field("participantId", catalog.participant_id);
  out.non_empty("dataset", catalog.datasets).non_empty("service", catalog.services);
  out.non_empty("distribution", catalog.distributions);
  if (!catalog.catalogs.empty()) {
    json::Array nested;
    for (const auto& inner : catalog.catalogs) nested.push_back(write_catalog(inner));
    out.field("catalog", json::Value(std::move(nested)));
  }
  return with_extensions(out.done(), catalog.extensions);
}

}  // namespace

Result<void> read(const json::Node& node, CatalogRequestMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "CatalogRequestMessage");
  read_id(in, out.id);
  in.one_or_many("filter", out.filter);
  return in.done();
}

json::Value write(const CatalogRequestMessage& message) {
  auto out = write_envelope("CatalogRequestMessage");
  write_id(out, message.id);
  out.non_empty("filter", message.filter);
  return out.done();
}

Result<void> read(const json::Node& node, DatasetRequestMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "DatasetRequestMessage");
  read_id(in, out.id);
  in.required("dataset", out.dataset);
  return in.done();
}

json::Value write(const DatasetRequestMessage& message) {
  auto out = write_envelope("DatasetRequestMessage");
  write_id(out, message.id);
  out.field("dataset", message.dataset);
  return out.done();
}

Result<void> read(const json::Node& node, DataService& out) {
  json::ObjectReader in(node);
  if (in.has("@type")) in.constant("@type", "DataService");
  in.required("@id", out.id).optional("endpointURL", out.endpoint_url);
  if (in.has("dcat:endpointURL")) in.optional("dcat:endpointURL", out.endpoint_url);
  in.optional("endpointDescription", out.endpoint_description);
  out.extensions = extensions_of(
      in, {"@context", "@type", "@id", "endpointURL", "dcat:endpointURL", "endpointDescription"});
  return in.done();
}

json::Value write(const DataService& service) {
  json::ObjectWriter out;
  out.field("@id", service.id).field("@type", "DataService").field("endpointURL", service.endpoint_url);
  out.field("endpointDescription", service.endpoint_description);
  return with_extensions(out.done(), service.extensions);
}

Result<void> read(const json::Node& node, Distribution& out) {
  json::ObjectReader in(node);
  if (in.has("@type")) in.constant("@type", "Distribution");
  if (auto format = in.member("format")) {
    const auto* id = json::find(format->value(), "@id");
    if (auto done = read(id ? json::Node(*id, format->pointer()) : *format, out.format); !done) return done;
  } else if (in.ok()) {
    in.refuse("format", "is required");
  }
  if (auto service = in.member("accessService"); service && service->value().is_object()) {
    DataService object;
    if (auto done = read(*service, object); !done) return done;
    out.access_service = std::move(object);
  } else {
    std::string id;
    in.required("accessService", id);
    out.access_service = std::move(id);
  }
  read_offers(in, "hasPolicy", out.offers);
  out.extensions = extensions_of(in, {"@type", "format", "accessService", "hasPolicy"});
  return in.done();
}

json::Value write(const Distribution& distribution) {
  json::ObjectWriter out;
  out.field("@type", "Distribution").field("format", distribution.format);
  std::visit([&](const auto& service) { out.field("accessService", service); }, distribution.access_service);
  out.non_empty("hasPolicy", without_targets(distribution.offers));
  return with_extensions(out.done(), distribution.extensions);
}

Result<void> read(const json::Node& node, Dataset& out) {
  json::ObjectReader in(node);
  if (in.has("@type")) in.constant("@type", "Dataset");
  in.required("@id", out.id);
  read_offers(in, "hasPolicy", out.offers);
  in.one_or_many("distribution", out.distributions);
  out.extensions = extensions_of(in, {"@context", "@type", "@id", "hasPolicy", "distribution"});
  return in.done();
}

json::Value write(const Dataset& dataset) {
  json::ObjectWriter out;
  out.field("@id", dataset.id).field("@type", "Dataset");
  out.non_empty("hasPolicy", without_targets(dataset.offers))
      .non_empty("distribution", dataset.distributions);
  return with_extensions(out.done(), dataset.extensions);
}

Result<void> read(const json::Node& node, RootDataset& out) {
  return read(node, out.dataset);
}
json::Value write(const RootDataset& root) {
  return with_context(write(root.dataset));
}

Result<void> read(const json::Node& node, Catalog& out) {
  out = {};
  return read_catalog(node, out, 1);
}

json::Value write(const Catalog& catalog) {
  return with_context(write_catalog(catalog));
}

Result<void> read(const json::Node& node, CatalogError& out) {
  json::ObjectReader in(node);
  read_envelope(in, "CatalogError");
  read_reason(in, out.reason);
  return in.done();
}

json::Value write(const CatalogError& error) {
  auto out = write_envelope("CatalogError");
  write_reason(out, error.reason);
  return out.done();
}

}  // namespace kontor::protocol::dsp
