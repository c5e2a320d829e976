#include "runtime/catalog/catalogs.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kontor::runtime::catalog {

namespace {

constexpr std::uint32_t assets_page = 500;
constexpr std::uint32_t definitions_page = 500;
constexpr std::size_t definitions_max = 10'000;

dsp::DataService service_of(const std::string& base) {
  return {.id = base, .endpoint_url = base};
}

/// Whether the asset's own list of profiles, if any, shares one with the data plane.
bool serves(const participant_context::ParticipantContexts::DataPlane& plane, const offer::Asset& asset) {
  if (!asset.dataplane_metadata || asset.dataplane_metadata->profiles.empty()) return true;
  const auto& wanted = asset.dataplane_metadata->profiles;
  return std::any_of(plane.profiles.begin(), plane.profiles.end(), [&](const std::string& profile) {
    return std::find(wanted.begin(), wanted.end(), profile) != wanted.end();
  });
}

}  // namespace

Task<Result<CatalogPage>> Catalogs::catalog(Viewer viewer, protocol::query::Query query) {
  const auto& context = viewer.context;
  const auto& base = viewer.base;
  auto participant = co_await services_.contexts.load(context);
  if (!participant) co_return fail(std::move(participant.error()));
  CatalogPage page{
      .catalog = {.id = base, .participant_id = participant->identity.str(), .services = {service_of(base)}}};
  auto seen = co_await visible(viewer);
  if (!seen) co_return fail(std::move(seen.error()));
  if (seen->definitions.empty()) co_return page;
  auto done = co_await collect(context, *seen, std::move(query), page);
  if (!done) co_return fail(std::move(done.error()));
  co_return page;
}

/// Goes through the assets until the page is full and it is known whether there is another.
Task<Result<void>> Catalogs::collect(ContextId context, const Visible& seen, protocol::query::Query query,
                                     CatalogPage& page) {
  auto to_skip = std::exchange(query.offset, 0);
  const auto wanted = std::exchange(query.limit, assets_page);
  for (;;) {
    auto assets = co_await services_.engine.list<offer::AssetDocument>(context, query);
    if (!assets) co_return fail(std::move(assets.error()));
    for (const auto& asset : assets->entities) {
      auto dataset = co_await dataset_of(context, seen, asset.entity);
      if (!dataset) co_return fail(std::move(dataset.error()));
      if (!*dataset) continue;
      if (to_skip > 0) {
        --to_skip;
      } else if (page.catalog.datasets.size() == wanted) {
        page.more = true;
        co_return Result<void>{};
      } else {
        page.catalog.datasets.push_back(std::move(**dataset));
      }
    }
    if (!assets->next) co_return Result<void>{};
    auto after = protocol::query::read_cursor(*assets->next);
    if (!after) co_return fail(std::move(after.error()));
    query.after = std::move(*after);
  }
}

Task<Result<dsp::RootDataset>> Catalogs::dataset(Viewer viewer, dsp::DatasetId id) {
  const auto& context = viewer.context;
  auto asset = co_await services_.engine.load<offer::AssetDocument>(context, entity_id(id));
  if (!asset) co_return fail(ErrorCode::not_found, "there is no dataset '{}'", id);
  auto seen = co_await visible(viewer);
  if (!seen) co_return fail(std::move(seen.error()));
  auto dataset = co_await dataset_of(context, *seen, asset->entity);
  if (!dataset) co_return fail(std::move(dataset.error()));
  if (!*dataset) co_return fail(ErrorCode::not_found, "there is no dataset '{}'", id);
  co_return dsp::RootDataset{std::move(**dataset)};
}

Task<Result<RequestedOffer>> Catalogs::requested_offer(ContextId context, std::string offer_id) {
  auto id = offer::read_offer_id(offer_id);
  if (!id) co_return fail(std::move(id.error()));
  const auto unknown = [&] { return fail(ErrorCode::not_found, "there is no offer '{}'", offer_id); };
  auto& engine = services_.engine;
  auto definition =
      co_await engine.load<offer::ContractDefinitionDocument>(context, entity_id(id->definition));
  if (!definition) co_return unknown();
  auto asset = co_await engine.load<offer::AssetDocument>(context, entity_id(id->asset));
  if (!asset || !offer::covers(definition->entity, asset->entity)) co_return unknown();
  auto access = co_await policy_of(context, definition->entity.access_policy);
  if (!access) co_return unknown();
  auto contract = co_await policy_of(context, definition->entity.contract_policy);
  if (!contract) co_return unknown();
  co_return RequestedOffer{std::move(definition->entity), std::move(asset->entity), std::move(*access),
                           std::move(*contract)};
}

Task<Result<std::vector<std::string>>> Catalogs::transfer_types(ContextId context,
                                                                const offer::Asset& asset) {
  auto planes = co_await services_.contexts.data_planes(std::move(context));
  if (!planes) co_return fail(std::move(planes.error()));
  std::set<std::string> types;
  for (const auto& plane : *planes) {
    if (serves(plane, asset)) types.insert(plane.profiles.begin(), plane.profiles.end());
  }
  co_return std::vector<std::string>(types.begin(), types.end());
}

Task<Result<Catalogs::Visible>> Catalogs::visible(const Viewer& viewer) {
  const auto& context = viewer.context;
  const auto& subject = viewer.subject;
  Visible seen{.base = viewer.base, .definitions = {}, .policies = {}};
  auto evaluator = co_await services_.policies.evaluator(context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  protocol::query::Query query;
  query.limit = definitions_page;
  for (;;) {
    auto page = co_await services_.engine.list<offer::ContractDefinitionDocument>(context, query);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& each : page->entities) {
      const auto& definition = each.entity;
      for (const auto& id : {definition.access_policy, definition.contract_policy}) {
        if (seen.policies.contains(id.str())) continue;
        auto policy = co_await policy_of(context, id);
        if (policy) seen.policies.emplace(id.str(), std::move(*policy));
      }
      auto access = seen.policies.find(definition.access_policy.str());
      const bool complete =
          access != seen.policies.end() && seen.policies.contains(definition.contract_policy.str());
      if (complete && (*evaluator)->allows(access->second, policy::catalog_scope, subject)) {
        seen.definitions.push_back(std::move(each.entity));
      }
    }
    if (!page->next || query.offset + definitions_page >= definitions_max) co_return seen;
    query.offset += definitions_page;
  }
}

Task<Result<odrl::Policy>> Catalogs::policy_of(ContextId context, offer::PolicyDefinitionId id) {
  auto loaded =
      co_await services_.engine.load<offer::PolicyDefinitionDocument>(std::move(context), entity_id(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return std::move(loaded->entity.policy);
}

Task<Result<std::optional<dsp::Dataset>>> Catalogs::dataset_of(ContextId context, const Visible& seen,
                                                               const offer::Asset& asset) {
  auto types = co_await transfer_types(context, asset);
  if (!types) co_return fail(std::move(types.error()));
  std::vector<offer::VisibleDefinition> definitions;
  for (const auto& definition : seen.definitions) {
    definitions.push_back({&definition, &seen.policies.find(definition.contract_policy.str())->second});
  }
  offer::Access access{std::move(*types), service_of(seen.base)};
  auto& random = services_.engine.random();
  co_return offer::dataset_of(asset, definitions, access, [&random] { return new_uuid(random); });
}

}  // namespace kontor::runtime::catalog
