#include "runtime/catalog/catalogs.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "protocol/query/field.hpp"

namespace kontor::runtime::catalog {

namespace engine = platform::engine;
namespace query = protocol::query;
using DataPlanes = std::vector<participant_context::ParticipantContexts::DataPlane>;

namespace {

/// Of assets that are read at a time, beyond those that a page needs.
constexpr std::uint32_t assets_chunk_min = 8;
constexpr std::uint32_t assets_chunk_max = 1000;

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

std::vector<std::string> types_of(const DataPlanes& planes, const offer::Asset& asset) {
  std::set<std::string> types;
  for (const auto& plane : planes) {
    if (serves(plane, asset)) types.insert(plane.profiles.begin(), plane.profiles.end());
  }
  return {types.begin(), types.end()};
}

/// A page as it is filled from chunks of assets.
class Filling {
 public:
  /// The last dataset of a full page, by its place in the chunk that had it.
  struct End {
    std::string cursor;  ///< where the chunk begins
    std::uint32_t count = 0;
    offer::AssetId id;
    std::string behind;  ///< the cursor behind it; empty: not known
  };

  Filling(CatalogPage& page, std::uint32_t wanted, PagePlace from)
      : page_(page),
        wanted_(wanted),
        to_skip_(from.cursor.empty() ? from.position : from.behind),
        cursor_(std::move(from.cursor)) {
    page_.next.position = from.position + wanted;
  }

  /// How many that the viewer may see are still to come.
  std::uint64_t missing() const { return to_skip_ + (wanted_ - filled()); }
  /// Where the chunk begins; empty: at the first asset.
  const std::string& cursor() const { return cursor_; }
  const End& end() const { return end_; }

  /// Where an asset stands: so many of the chunk's assets up to it.
  struct Stand {
    const offer::AssetId& id;
    std::size_t count;
  };
  /// What comes when the page is full is the first of the next.
  template <class Entry>
  void take(std::optional<Entry> shown, const Stand& at) {
    if (!shown) return;
    page_.more = is_full();
    if (page_.more) return;
    if (to_skip_ > 0) {
      --to_skip_;
      return;
    }
    add(std::move(*shown));
    if (is_full()) end_ = {cursor_, static_cast<std::uint32_t>(at.count), at.id, {}};
  }
  /// Behind a chunk of so many assets.
  void go_on(std::string cursor, std::size_t count) {
    if (is_full() && end_.cursor == cursor_ && end_.count == count) end_.behind = cursor;
    cursor_ = std::move(cursor);
  }

 private:
  void add(dsp::Dataset dataset) { page_.catalog.datasets.push_back(std::move(dataset)); }
  void add(dsp::Catalog nested) { page_.catalog.catalogs.push_back(std::move(nested)); }
  std::size_t filled() const { return page_.catalog.datasets.size() + page_.catalog.catalogs.size(); }
  bool is_full() const { return filled() == wanted_; }

  CatalogPage& page_;
  std::uint32_t wanted_;
  std::uint64_t to_skip_;
  std::string cursor_;
  End end_;
};

Task<Result<engine::LoadedPage<offer::Asset>>> assets_behind(engine::Engine& engine, ContextId context,
                                                             query::Query query, std::string cursor) {
  if (!cursor.empty()) {
    auto after = query::read_cursor(cursor);
    if (!after) co_return fail(std::move(after.error()));
    query.after = std::move(*after);
  }
  co_return co_await engine.list<offer::AssetDocument>(std::move(context), std::move(query));
}

/// The next page is found behind the last dataset of this one. A cursor behind any other asset would tell of
/// one that the viewer may not see.
Task<Result<void>> find_end(engine::Engine& engine, ContextId context, query::Query query, Filling::End end,
                            CatalogPage& page) {
  if (end.behind.empty()) {
    query.limit = end.count;
    auto assets = co_await assets_behind(engine, std::move(context), std::move(query), end.cursor);
    if (!assets) co_return fail(std::move(assets.error()));
    const bool is_it = !assets->entities.empty() && assets->entities.back().entity.id == end.id;
    if (is_it && assets->next) end.behind = std::move(*assets->next);
  }
  page.next.cursor = std::move(end.behind);
  co_return Result<void>{};
}

}  // namespace

/// What a viewer is shown in one request.
struct Catalogs::Seen {
  ContextId context;
  std::string base;
  PublishedPolicies::Policies policies;
  std::set<std::string> access;  ///< the policies that the viewer fulfils as access policies
  DataPlanes planes;

  bool shows(const offer::ContractDefinition& definition) const {
    return access.contains(definition.access_policy.str()) &&
           policies.contains(definition.contract_policy.str());
  }
};

/// The definitions that a viewer may see, by what they may cover.
struct Catalogs::Offers {
  using Definitions = ContractDefinitions::Definitions;
  std::map<offer::AssetId, Definitions> by_asset;
  Definitions by_anything;

  void add(const Seen& seen, Definitions definitions) {
    for (auto& each : definitions) {
      if (!seen.shows(each)) continue;
      const auto named = offer::named_asset(each);
      (named ? by_asset[*named] : by_anything).push_back(std::move(each));
    }
  }
  void add_for_any(const Seen& seen, Definitions definitions) {
    for (auto& each : definitions) {
      if (seen.shows(each)) by_anything.push_back(std::move(each));
    }
  }
  bool empty() const { return by_asset.empty() && by_anything.empty(); }

  /// Assets that none of them covers are left out where a query can say so.
  void narrow(query::Query& assets) const {
    std::vector<query::Predicate> covered;
    std::vector<query::Scalar> ids;
    for (const auto& [id, definitions] : by_asset) ids.emplace_back(id.str());
    if (!ids.empty()) covered.push_back(query::where("id", query::Operator::in, std::move(ids)));
    for (const auto& definition : by_anything) {
      std::vector<query::Predicate> all;
      for (const auto& each : definition.assets_selector)
        all.push_back(query::where(each.field, each.op, each.values));
      covered.push_back(query::all_of(std::move(all)));
    }
    auto narrowed = assets;
    narrowed.where = query::all_of({assets.where, query::any_of(std::move(covered))});
    if (query::check(narrowed) && query::check_fields(narrowed, offer::AssetDocument::kind()))
      assets = std::move(narrowed);
  }
};

Task<Result<CatalogPage>> Catalogs::catalog(Viewer viewer, query::Query query, PagePlace place) {
  if (auto shown = offer::check_asked_by_others(query); !shown) co_return fail(std::move(shown.error()));
  auto participant = co_await services_.contexts.load(viewer.context);
  if (!participant) co_return fail(std::move(participant.error()));
  CatalogPage page{.catalog = {.id = viewer.base,
                               .participant_id = participant->identity.str(),
                               .services = {service_of(viewer.base)}}};
  auto seen = co_await look(std::move(viewer));
  if (!seen) co_return fail(std::move(seen.error()));
  if (seen->access.empty()) co_return page;
  auto done = co_await collect(*seen, std::move(query), std::move(place), page);
  if (!done) co_return fail(std::move(done.error()));
  co_return page;
}

/// Goes through the assets until the page is full and it is known whether there is another.
Task<Result<void>> Catalogs::collect(const Seen& seen, query::Query query, PagePlace place,
                                     CatalogPage& page) {
  Offers offers;
  auto few = co_await offer_few(seen, offers);
  if (!few) co_return fail(std::move(few.error()));
  if (*few && offers.empty()) co_return Result<void>{};
  if (*few) {
    // It is another query when something has changed.
    offers.narrow(query);
    place = {.position = place.position};
  }
  query.offset = 0;
  Filling filling(page, query.limit, place);
  for (std::uint32_t at_least = 1;; at_least = std::clamp(2 * at_least, assets_chunk_min, assets_chunk_max)) {
    query.limit = static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(filling.missing() + (*few ? 1 : 0), at_least, assets_chunk_max));
    auto assets = co_await assets_behind(services_.engine, seen.context, query, filling.cursor());
    if (!assets) co_return fail(std::move(assets.error()));
    if (!*few) {
      auto found = co_await offer_assets(seen, assets->entities, offers);
      if (!found) co_return fail(std::move(found.error()));
    }
    const auto& chunk = assets->entities;
    for (std::size_t i = 0; i < chunk.size() && !page.more; ++i) {
      const auto& asset = chunk[i].entity;
      if (asset.is_catalog) {
        filling.take(offer::nested_catalog_of(asset, covering(seen, offers, asset)), {asset.id, i + 1});
      } else {
        filling.take(dataset_of(seen, offers, asset), {asset.id, i + 1});
      }
    }
    if (page.more && *few) co_return Result<void>{};
    if (page.more)
      co_return co_await find_end(services_.engine, seen.context, std::move(query), filling.end(), page);
    if (!assets->next) co_return Result<void>{};
    filling.go_on(*assets->next, chunk.size());
  }
}

/// Whether the viewer may see a few definitions only: these are the offers then. Otherwise those that may
/// cover any asset are, and what names an asset is looked up with it.
Task<Result<bool>> Catalogs::offer_few(const Seen& seen, Offers& offers) {
  std::optional<ContractDefinitions::Definitions> few;
  if (seen.access.size() < seen.policies.size()) {
    auto found = co_await definitions_.few_under(seen.context, seen.access, few_max_);
    if (!found) co_return fail(std::move(found.error()));
    few = std::move(*found);
  }
  if (few) {
    offers.add(seen, std::move(*few));
    co_return true;
  }
  auto selecting = co_await definitions_.selecting(seen.context);
  if (!selecting) co_return fail(std::move(selecting.error()));
  offers.add_for_any(seen, std::move(*selecting));
  co_return false;
}

Task<Result<void>> Catalogs::offer_assets(const Seen& seen,
                                          const std::vector<engine::Loaded<offer::Asset>>& assets,
                                          Offers& offers) {
  std::vector<offer::AssetId> ids;
  for (const auto& asset : assets) ids.push_back(asset.entity.id);
  auto naming = co_await definitions_.naming(seen.context, std::move(ids));
  if (!naming) co_return fail(std::move(naming.error()));
  offers.by_asset.clear();
  offers.add(seen, std::move(*naming));
  co_return Result<void>{};
}

Task<Result<dsp::RootDataset>> Catalogs::dataset(Viewer viewer, dsp::DatasetId id) {
  auto asset = co_await services_.engine.load<offer::AssetDocument>(viewer.context, entity_id(id));
  if (!asset || asset->entity.is_catalog)
    co_return fail(ErrorCode::not_found, "there is no dataset '{}'", id);
  auto seen = co_await look(std::move(viewer));
  if (!seen) co_return fail(std::move(seen.error()));
  Offers offers;
  auto covering = co_await definitions_.covering(seen->context, asset->entity);
  if (!covering) co_return fail(std::move(covering.error()));
  offers.add(*seen, std::move(*covering));
  auto dataset = dataset_of(*seen, offers, asset->entity);
  if (!dataset) co_return fail(ErrorCode::not_found, "there is no dataset '{}'", id);
  co_return dsp::RootDataset{std::move(*dataset)};
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
  co_return types_of(*planes, asset);
}

Task<Result<Catalogs::Seen>> Catalogs::look(Viewer viewer) {
  auto evaluator = co_await services_.policies.evaluator(viewer.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  auto policies = co_await policies_.all(viewer.context);
  if (!policies) co_return fail(std::move(policies.error()));
  auto planes = co_await services_.contexts.data_planes(viewer.context);
  if (!planes) co_return fail(std::move(planes.error()));
  Seen seen{std::move(viewer.context), std::move(viewer.base), std::move(*policies), {}, std::move(*planes)};
  for (const auto& [id, policy] : seen.policies) {
    if ((*evaluator)->allows(*policy, policy::catalog_scope, viewer.subject)) seen.access.insert(id);
  }
  co_return seen;
}

Task<Result<odrl::Policy>> Catalogs::policy_of(ContextId context, offer::PolicyDefinitionId id) {
  auto loaded =
      co_await services_.engine.load<offer::PolicyDefinitionDocument>(std::move(context), entity_id(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return std::move(loaded->entity.policy);
}

std::vector<offer::VisibleDefinition> Catalogs::covering(const Seen& seen, const Offers& offers,
                                                         const offer::Asset& asset) {
  std::vector<offer::VisibleDefinition> definitions;
  const auto add = [&](const ContractDefinitions::Definitions& some) {
    for (const auto& each : some)
      definitions.push_back({&each, seen.policies.at(each.contract_policy.str()).get()});
  };
  if (const auto named = offers.by_asset.find(asset.id); named != offers.by_asset.end()) add(named->second);
  add(offers.by_anything);
  return definitions;
}

std::optional<dsp::Dataset> Catalogs::dataset_of(const Seen& seen, const Offers& offers,
                                                 const offer::Asset& asset) {
  offer::Access access{types_of(seen.planes, asset), service_of(seen.base)};
  auto& random = services_.engine.random();
  return offer::dataset_of(asset, covering(seen, offers, asset), access,
                           [&random] { return new_uuid(random); });
}

}  // namespace kontor::runtime::catalog
