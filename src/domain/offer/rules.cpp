#include "domain/offer/rules.hpp"

#include <algorithm>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "protocol/odrl/difference.hpp"
#include "protocol/odrl/names.hpp"
#include "protocol/query/field.hpp"

namespace kontor::domain::offer {
namespace {

namespace query = protocol::query;

using protocol::odrl::edc_namespace;

/// Of the stored form of an asset.
constexpr std::string_view private_member = "privateProperties";

bool is_name_of_a_vocabulary(std::string_view key) {
  return key.starts_with("@") || key.find(':') != std::string_view::npos;
}

/// Names without a vocabulary are of EDC's namespace: written in full, or a JSON-LD processor would drop
/// them.
json::Object published(const json::Object& properties) {
  json::Object out;
  for (const auto& entry : properties) {
    const std::string_view key = entry.key();
    if (key == "id" || key.starts_with("@")) continue;
    const auto name =
        is_name_of_a_vocabulary(key) ? std::string(key) : std::string(edc_namespace) + std::string(key);
    out.emplace(name, entry.value());
  }
  return out;
}

const std::string* text_property(const Asset& asset, std::initializer_list<std::string_view> names,
                                 std::string& buffer) {
  for (auto name : names) {
    const auto* value = asset.properties.if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    if (!text || text->empty()) continue;
    buffer = *text;
    return &buffer;
  }
  return nullptr;
}

/// An asset with its stored form, which is made once for all definitions, if one looks at it.
class Looked {
 public:
  explicit Looked(const Asset& asset) : asset_(asset) {}
  const Asset& asset() const { return asset_; }
  const json::Value& stored() {
    if (!stored_) stored_ = write(asset_);
    return *stored_;
  }

 private:
  const Asset& asset_;
  std::optional<json::Value> stored_;
};

bool covers(const ContractDefinition& definition, Looked& looked) {
  if (definition.assets_selector.empty()) return true;
  const auto named = named_asset(definition);
  if (named && (*named != looked.asset().id || definition.assets_selector.size() == 1))
    return *named == looked.asset().id;
  const auto values = query::fields_of(AssetDocument::kind(), looked.stored());
  return std::ranges::all_of(definition.assets_selector, [&](const query::Criterion& criterion) {
    return query::matches(query::where(criterion.field, criterion.op, criterion.values), values);
  });
}

Result<void> check_shown(const std::string& field) {
  auto resolved = query::resolve(AssetDocument::kind(), field);
  if (!resolved) return fail(std::move(resolved.error()));
  if (resolved->path.front().name != private_member) return {};
  return invalid("/filter", "datasets are asked for by what the catalog shows of them: '{}' is not shown",
                 text::for_log(field, 64));
}

Result<void> check_shown(const query::Predicate& predicate) {
  if (predicate.kind == query::Predicate::Kind::criterion) return check_shown(predicate.criterion.field);
  for (const auto& term : predicate.terms) {
    if (auto done = check_shown(term); !done) return done;
  }
  return {};
}

}  // namespace

Result<void> check_asked_by_others(const query::Query& query) {
  for (const auto& sort : query.sort) {
    if (auto done = check_shown(sort.field); !done) return done;
  }
  return check_shown(query.where);
}

bool covers(const ContractDefinition& definition, const Asset& asset) {
  Looked looked(asset);
  return covers(definition, looked);
}

odrl::Policy offer_of(const odrl::Policy& contract_policy, const OfferId& id) {
  auto offer = contract_policy;
  offer.type = odrl::PolicyType::offer;
  offer.id = write_offer_id(id);
  offer.target.reset();
  offer.assigner.reset();
  offer.assignee.reset();
  offer.timestamp.reset();
  return offer;
}

Result<void> check_offered(const odrl::Policy& contract_policy) {
  return odrl::check_offerable(offer_of(contract_policy, {}));
}

odrl::Policy message_offer_of(const odrl::Policy& contract_policy, const OfferId& id, const Did& assigner) {
  auto offer = offer_of(contract_policy, id);
  offer.target = id.asset.str();
  offer.assigner = assigner.str();
  return offer;
}

std::optional<dsp::Dataset> dataset_of(const Asset& asset, const std::vector<VisibleDefinition>& definitions,
                                       const Access& access, const UniqueParts& unique) {
  dsp::Dataset dataset;
  dataset.id = asset.id;
  Looked looked(asset);
  for (const auto& visible : definitions) {
    if (!covers(*visible.definition, looked)) continue;
    auto offer = offer_of(*visible.contract_policy, {visible.definition->id, asset.id, unique()});
    if (odrl::check_offerable(offer)) dataset.offers.push_back(std::move(offer));
  }
  if (dataset.offers.empty() || access.transfer_types.empty()) return std::nullopt;
  for (const auto& type : access.transfer_types) {
    dataset.distributions.push_back({type, access.service, {}, {}});
  }
  dataset.extensions = published(asset.properties);
  return dataset;
}

std::optional<dsp::Catalog> nested_catalog_of(const Asset& asset,
                                              const std::vector<VisibleDefinition>& definitions) {
  const bool visible = std::ranges::any_of(
      definitions, [&](const VisibleDefinition& candidate) { return covers(*candidate.definition, asset); });
  std::string url;
  std::string format;
  const bool complete =
      text_property(asset, {"endpointURL", "dcat:endpointURL", "http://www.w3.org/ns/dcat#endpointURL"},
                    url) &&
      text_property(asset, {"format", "dct:format", "http://purl.org/dc/terms/format"}, format);
  if (!visible || !complete) return std::nullopt;
  dsp::DataService service;
  service.id = text::base64url_encode(bytes_of(asset.id.str()));
  service.endpoint_url = url;
  dsp::Catalog catalog;
  catalog.id = asset.id.str();
  catalog.distributions.push_back({format, service.id, {}, {}});
  catalog.services.push_back(std::move(service));
  return catalog;
}

Result<odrl::Policy> accept_request(const Requested& requested) {
  auto id = read_offer_id(requested.offer.id);
  if (!id) return fail(std::move(id.error()));
  if (id->definition != requested.definition.id || id->asset != requested.asset.id) {
    return fail(ErrorCode::not_found, "there is no offer '{}'", requested.offer.id);
  }
  if (requested.offer.target != requested.asset.id.str()) {
    return invalid("/offer/target", "must be '{}'", requested.asset.id);
  }
  if (!covers(requested.definition, requested.asset)) {
    return fail(ErrorCode::not_found, "there is no offer '{}'", requested.offer.id);
  }
  auto ours = message_offer_of(requested.contract_policy, *id, requested.assigner);
  ours.id = requested.offer.id;
  if (auto done = odrl::check_offerable(ours); !done) return fail(std::move(done.error()));
  if (auto found = odrl::difference(ours, requested.offer)) {
    return invalid("/offer" + found->pointer, "this is not what is offered: {}", found->text);
  }
  return ours;
}

odrl::Policy agreement_for(const odrl::Policy& offer, const AgreementTerms& terms) {
  auto agreement = offer;
  agreement.type = odrl::PolicyType::agreement;
  agreement.id = terms.id.str();
  agreement.assigner = terms.provider.str();
  agreement.assignee = terms.consumer.str();
  agreement.timestamp = from_epoch_seconds(epoch_seconds(terms.now));
  return agreement;
}

}  // namespace kontor::domain::offer
