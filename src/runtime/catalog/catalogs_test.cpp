#include "runtime/catalog/catalogs.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "platform/store/postgres/postgres_store.hpp"
#include "testing/house/house.hpp"
#include "testing/postgres/postgres_server.hpp"

namespace kontor::runtime::catalog {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
using participant_context::ParticipantContexts;
using Operator = protocol::query::Operator;
using Selector = std::vector<protocol::query::Criterion>;

const ContextId acme{"acme"};

std::vector<const entity::Kind*> kinds() {
  return {&participant_context::ParticipantContextDocument::kind(),
          &participant_context::ContextConfigDocument::kind(),
          &participant_context::DataPlaneDocument::kind(),
          &offer::AssetDocument::kind(),
          &offer::PolicyDefinitionDocument::kind(),
          &offer::ContractDefinitionDocument::kind()};
}

odrl::Policy policy_for(const std::string& constraint) {
  return json::decode<odrl::Policy>(R"({"@type":"Set","permission":[{"action":"use")" +
                                    (constraint.empty() ? "" : R"(,"constraint":[)" + constraint + "]") +
                                    "}]}")
      .value();
}
std::string is_one_of(const std::string& ids) {
  return R"({"leftOperand":"participantId","operator":"isAnyOf","rightOperand":[)" + ids + "]}";
}

/// The part of an installation that answers for catalogs, over a store.
struct Replica {
  Replica(House& house, platform::store::Store& store, std::size_t few_max)
      : engine(house.scope, house.loop.clock(), house.loop.random(), store),
        contexts(engine, *house.vault),
        policies(policy::PolicyConfig{}, house.loop.random()),
        catalogs({engine, contexts, policies}, few_max) {}

  platform::engine::Engine engine;
  ParticipantContexts contexts;
  policy::PolicyEngine policies;
  Catalogs catalogs;
};

/// Who is offered what: definition and asset of each offer, in order.
using Shown = std::vector<std::pair<std::string, std::string>>;

class CatalogsTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override { prepare(here); }
  ~CatalogsTest() override { house.close(); }

  void prepare(Replica& replica) {
    participant_context::ParticipantContext context{
        .id = acme, .identity = Did("did:web:acme"), .properties = {}};
    ASSERT_TRUE(loop.run(replica.contexts.create(std::move(context), "operator")));
    ParticipantContexts::DataPlane plane;
    plane.dataplane_id = protocol::dps::DataPlaneId("plane");
    plane.endpoint = "http://plane.example";
    plane.profiles = {"HttpData-PULL"};
    ASSERT_TRUE(loop.run(replica.contexts.put_data_plane(acme, std::move(plane), "operator")));
  }

  template <class D>
  void put(Replica& replica, typename D::Entity entity, entity::Version expected = 0) {
    const EntityId id(entity.id.str());
    ASSERT_TRUE(loop.run(replica.engine.put<D>({acme, id}, std::move(entity), expected)));
  }
  void put_asset(const std::string& id, const std::string& color = "red") {
    put<offer::AssetDocument>(here, {.id = offer::AssetId(id), .properties = {{"color", color}}});
  }
  void put_policy(const std::string& id, const std::string& constraint = "") {
    put<offer::PolicyDefinitionDocument>(here,
                                         {offer::PolicyDefinitionId(id), policy_for(constraint), {}, {}});
  }
  static offer::ContractDefinition definition(const std::string& id, const std::string& access,
                                              Selector selector, const std::string& contract = "everybody") {
    return {offer::ContractDefinitionId(id),
            offer::PolicyDefinitionId(access),
            offer::PolicyDefinitionId(contract),
            std::move(selector),
            {},
            {}};
  }
  void put_definition(offer::ContractDefinition definition) {
    put<offer::ContractDefinitionDocument>(here, std::move(definition));
  }

  static Viewer viewer(const std::string& name) {
    odrl::Subject subject;
    subject.id = Did("did:web:" + name);
    return {acme, "https://acme.example", std::move(subject)};
  }
  static void tell(const dsp::Dataset& dataset, Shown& shown) {
    for (const auto& each : dataset.offers)
      shown.emplace_back(offer::read_offer_id(each.id).value().definition.str(), dataset.id.str());
  }
  /// All pages, each by the place that the one before says.
  Shown seen_by(Replica& replica, const std::string& name, std::uint32_t page_size = 50) {
    Shown shown;
    PagePlace place;
    protocol::query::Query query;
    query.limit = page_size;
    for (;;) {
      auto page = loop.run(replica.catalogs.catalog(viewer(name), query, place));
      if (!page) {
        ADD_FAILURE() << page.error().message();
        return shown;
      }
      EXPECT_LE(page->catalog.datasets.size(), page_size);
      for (const auto& dataset : page->catalog.datasets) tell(dataset, shown);
      if (!page->more) return shown;
      EXPECT_EQ(page->next.position, place.position + page_size);
      // A place without a cursor leads to the same page.
      auto counted = loop.run(replica.catalogs.catalog(viewer(name), query, {page->next.position}));
      auto next = loop.run(replica.catalogs.catalog(viewer(name), query, page->next));
      EXPECT_TRUE(counted && next && !next->catalog.datasets.empty() && !counted->catalog.datasets.empty());
      if (!counted || !next || next->catalog.datasets.empty()) return shown;
      EXPECT_EQ(counted->catalog.datasets.front().id, next->catalog.datasets.front().id);
      EXPECT_EQ(counted->catalog.datasets.size(), next->catalog.datasets.size());
      place = page->next;
    }
  }
  /// How many datasets Globex finds by links, each of which names the last one of its page and these keys of
  /// it.
  std::size_t count_by_links(const protocol::query::Query& query, const std::vector<std::string>& keys) {
    std::size_t shown = 0;
    for (PagePlace place;;) {
      const auto page = loop.run(here.catalogs.catalog(viewer("globex"), query, place));
      if (!page) return 0;
      shown += page->catalog.datasets.size();
      if (!page->more) return shown;
      place = page->next;
      // Who sees a few is led by the number alone.
      EXPECT_EQ(place.cursor.empty(), GetParam() > 0);
      const auto cursor = protocol::query::read_cursor(place.cursor);
      if (!cursor) continue;
      EXPECT_TRUE(cursor->id.str().ends_with(page->catalog.datasets.back().id.str())) << cursor->id.str();
      EXPECT_EQ(cursor->keys, (decltype(cursor->keys)(keys.begin(), keys.end())));
    }
  }
  Shown seen_by(const std::string& name, std::uint32_t page_size = 50) {
    return seen_by(here, name, page_size);
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds()}};
  Replica here{house, *house.store, GetParam()};
};

}  // namespace

/// With none of them a few, and with all.
INSTANTIATE_TEST_SUITE_P(FewAndMany, CatalogsTest, ::testing::Values(0U, 1000U));

TEST_P(CatalogsTest, every_page_shows_what_a_look_at_all_definitions_and_assets_would) {
  constexpr int assets = 60;
  std::vector<offer::Asset> all;
  for (int i = 0; i < assets; ++i) {
    const auto id = fmt::format("asset-{:02}", i);
    put_asset(id, i % 7 == 0 ? "blue" : "red");
    all.push_back({.id = offer::AssetId(id), .properties = {{"color", i % 7 == 0 ? "blue" : "red"}}});
  }
  put_policy("everybody");
  put_policy("gold", is_one_of(R"("did:web:gold","did:web:all")"));
  put_policy("silver", is_one_of(R"("did:web:silver","did:web:all")"));
  std::vector<offer::ContractDefinition> definitions;
  for (int i = 0; i < assets; i += 2) {
    definitions.push_back(definition(fmt::format("one-{:02}", i), i % 3 == 0 ? "gold" : "silver",
                                     {{"id", Operator::equal, {fmt::format("asset-{:02}", i)}}}));
  }
  definitions.push_back(definition("blue", "silver", {{"color", Operator::equal, {"blue"}}}));
  definitions.push_back(definition("red-3", "gold",
                                   {{"https://w3id.org/edc/v0.0.1/ns/id", Operator::in, {"asset-03"}},
                                    {"color", Operator::equal, {"red"}}}));
  definitions.push_back(definition(
      "blue-3", "gold", {{"id", Operator::equal, {"asset-03"}}, {"color", Operator::equal, {"blue"}}}));
  definitions.push_back(definition("some", "gold", {{"id", Operator::in, {"asset-05", "asset-51"}}}));
  definitions.push_back(definition("without-terms", "everybody", {}, "nothing"));
  definitions.push_back(definition("without-access", "nothing", {}));
  for (const auto& each : definitions) put_definition(each);
  const auto expected = [&](const std::string& name) {
    Shown shown;
    for (const auto& asset : all) {
      for (const auto& each : definitions) {
        const bool sees =
            each.access_policy.str() == name || (name == "all" && each.access_policy.str() != "nothing");
        if (sees && each.contract_policy.str() != "nothing" && offer::covers(each, asset))
          shown.emplace_back(each.id.str(), asset.id.str());
      }
    }
    std::ranges::sort(shown, {}, [](const auto& offer) { return std::pair(offer.second, offer.first); });
    return shown;
  };
  for (const auto* name : {"gold", "silver", "all", "stranger"}) {
    for (const std::uint32_t page_size : {1U, 7U, 50U}) {
      auto shown = seen_by(name, page_size);
      std::ranges::sort(shown, {}, [](const auto& offer) { return std::pair(offer.second, offer.first); });
      EXPECT_EQ(shown, expected(name)) << name << ", pages of " << page_size;
    }
  }
  ASSERT_GT(expected("gold").size(), 10U);
  EXPECT_TRUE(expected("stranger").empty());
}

TEST_P(CatalogsTest, one_dataset_has_the_offers_that_it_has_in_the_catalog) {
  put_asset("maps");
  put_policy("everybody");
  put_policy("gold", is_one_of(R"("did:web:gold")"));
  put_definition(definition("named", "gold", {{"id", Operator::equal, {"maps"}}}));
  put_definition(definition("any", "everybody", {}));
  put_definition(definition("other", "everybody", {{"id", Operator::equal, {"tides"}}}));
  for (const auto* name : {"gold", "stranger"}) {
    const auto dataset = loop.run(here.catalogs.dataset(viewer(name), dsp::DatasetId("maps")));
    ASSERT_TRUE(dataset) << dataset.error().message();
    Shown shown;
    tell(dataset->dataset, shown);
    EXPECT_EQ(shown, seen_by(name)) << name;
    EXPECT_EQ(shown.size(), name == std::string("gold") ? 2U : 1U);
  }
}

TEST_P(CatalogsTest, an_asset_that_points_to_a_catalog_is_shown_as_one) {
  put_asset("maps");
  put<offer::AssetDocument>(
      here, {.id = offer::AssetId("others"),
             .properties = {{"endpointURL", "https://other.example/dsp"}, {"format", "HTTPS"}},
             .is_catalog = true});
  put_policy("everybody");
  put_policy("gold", is_one_of(R"("did:web:gold")"));
  put_definition(definition("maps", "everybody", {{"id", Operator::equal, {"maps"}}}));
  put_definition(definition("others", "gold", {{"id", Operator::equal, {"others"}}}));
  const auto shown_to = [&](const std::string& name, std::uint32_t limit, PagePlace place) {
    protocol::query::Query query;
    query.limit = limit;
    return loop.run(here.catalogs.catalog(viewer(name), query, std::move(place))).value();
  };
  const auto all = shown_to("gold", 50, {}).catalog;
  EXPECT_EQ(all.datasets.size(), 1U);
  ASSERT_EQ(all.catalogs.size(), 1U);
  EXPECT_EQ(all.catalogs.front().id, "others");
  EXPECT_EQ(all.catalogs.front().services.front().endpoint_url, "https://other.example/dsp");
  const auto first = shown_to("gold", 1, {});
  EXPECT_TRUE(first.catalog.catalogs.empty() && first.catalog.datasets.size() == 1 && first.more);
  const auto second = shown_to("gold", 1, first.next);
  EXPECT_TRUE(second.catalog.catalogs.size() == 1 && second.catalog.datasets.empty() && !second.more);
  EXPECT_TRUE(shown_to("stranger", 50, {}).catalog.catalogs.empty());
  EXPECT_FALSE(loop.run(here.catalogs.dataset(viewer("gold"), dsp::DatasetId("others"))));
}

TEST_P(CatalogsTest, nobody_finds_out_what_is_private_by_asking_for_it) {
  put<offer::AssetDocument>(
      here,
      {.id = offer::AssetId("maps"), .properties = {{"color", "red"}}, .private_properties = {{"cost", 5}}});
  put_policy("everybody");
  put_definition(
      definition("all", "everybody", {{"privateProperties.cost", Operator::less, {std::int64_t{9}}}}));
  const auto ask = [&](const std::string& field, const std::string& order) {
    protocol::query::Query query;
    query.where = protocol::query::where(field, Operator::is_not_null, {});
    query.sort = {{order}};
    return loop.run(here.catalogs.catalog(viewer("globex"), query, {}));
  };
  const auto shown = ask("color", "id");
  ASSERT_TRUE(shown) << shown.error().message();
  EXPECT_EQ(shown->catalog.datasets.size(), 1U) << "its owner may select by what is private";
  for (const auto& refused : {ask("privateProperties.cost", "id"), ask("color", "privateProperties.cost")}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  }
}

TEST_P(CatalogsTest, what_changes_between_two_requests_shows_in_the_second) {
  put_asset("maps");
  put_asset("tides");
  put_policy("everybody");
  put_policy("nobody", is_one_of(R"("did:web:nobody")"));
  put_definition(definition("offer", "nobody", {{"id", Operator::equal, {"maps"}}}));
  EXPECT_EQ(seen_by("globex"), Shown());
  put<offer::ContractDefinitionDocument>(
      here, definition("offer", "everybody", {{"id", Operator::equal, {"maps"}}}), 1);
  EXPECT_EQ(seen_by("globex"), (Shown{{"offer", "maps"}}));
  put<offer::ContractDefinitionDocument>(
      here, definition("offer", "everybody", {{"id", Operator::equal, {"tides"}}}), 2);
  EXPECT_EQ(seen_by("globex"), (Shown{{"offer", "tides"}}));
  put<offer::PolicyDefinitionDocument>(
      here, {offer::PolicyDefinitionId("everybody"), policy_for(is_one_of(R"("did:web:initech")")), {}, {}},
      1);
  EXPECT_EQ(seen_by("globex"), Shown());
  EXPECT_EQ(seen_by("initech"), (Shown{{"offer", "tides"}}));
  ASSERT_TRUE(loop.run(here.engine.remove<offer::ContractDefinitionDocument>({acme, EntityId("offer")}, 3)));
  EXPECT_EQ(seen_by("initech"), Shown());
}

TEST_P(CatalogsTest, what_another_replica_has_changed_a_moment_ago_shows_in_the_next_request) {
  kontor::testing::PostgresServer server;
  const platform::store::postgres::PostgresConfig config{
      .url = server.url(), .owner_url = server.owner_url(), .schema = "catalogs"};
  const auto all = kinds();
  const auto open = [&] {
    return loop.run(platform::store::postgres::open_postgres(loop.clock(), loop.random(), config, all))
        .value();
  };
  const auto store = open();
  const auto other_store = open();
  {
    Replica one(house, *store, GetParam());
    Replica other(house, *other_store, GetParam());
    prepare(one);
    put<offer::AssetDocument>(one, {.id = offer::AssetId("maps")});
    put<offer::PolicyDefinitionDocument>(one,
                                         {offer::PolicyDefinitionId("everybody"), policy_for(""), {}, {}});
    EXPECT_EQ(seen_by(other, "globex"), Shown());
    put<offer::ContractDefinitionDocument>(one, definition("offer", "everybody", {}));
    EXPECT_EQ(seen_by(other, "globex"), (Shown{{"offer", "maps"}}));
    put<offer::PolicyDefinitionDocument>(
        one, {offer::PolicyDefinitionId("everybody"), policy_for(is_one_of(R"("did:web:initech")")), {}, {}},
        1);
    EXPECT_EQ(seen_by(other, "globex"), Shown());
    EXPECT_EQ(seen_by(other, "initech"), (Shown{{"offer", "maps"}}));
    ASSERT_TRUE(loop.run(one.engine.remove<offer::ContractDefinitionDocument>({acme, EntityId("offer")}, 1)));
    EXPECT_EQ(seen_by(other, "initech"), Shown());
  }
  loop.run(store->close());
  loop.run(other_store->close());
}

TEST_P(CatalogsTest, a_link_names_nothing_that_the_viewer_may_not_see) {
  put_policy("everybody");
  put_policy("nobody", is_one_of(R"("did:web:nobody")"));
  for (int i = 0; i < 90; ++i) {
    const bool shown = i % 4 == 0;
    const auto id = fmt::format("{:02}-{}", i, shown ? "shown" : "hidden");
    put_asset(id, shown ? "red" : "hidden");
    if (i % 4 == 1) continue;
    put_definition(definition("of-" + id, shown ? "everybody" : "nobody", {{"id", Operator::equal, {id}}}));
  }
  const std::vector<protocol::query::Sort> by_color{{.field = "color"}};
  for (const auto& order : {std::vector<protocol::query::Sort>(), by_color}) {
    for (const std::uint32_t page_size : {1U, 2U, 5U}) {
      protocol::query::Query query{.where = {}, .sort = order, .limit = page_size, .after = {}};
      EXPECT_EQ(
          count_by_links(query, order.empty() ? std::vector<std::string>() : std::vector{std::string("red")}),
          23U);
    }
  }
}

TEST_P(CatalogsTest, what_a_version_before_has_stored_is_offered_too) {
  put_asset("maps");
  put_asset("tides");
  put_policy("everybody");
  put_definition(definition("new", "everybody", {{"id", Operator::equal, {"maps"}}}));
  EXPECT_EQ(seen_by("globex"), (Shown{{"new", "maps"}}));
  auto stored = json::parse(offer::ContractDefinitionDocument::encode(
                                definition("old", "everybody", {{"id", Operator::equal, {"tides"}}})))
                    .value()
                    .as_object();
  ASSERT_EQ(stored.erase("assetId"), 1U);
  // By a program of that version, which this one finds when it starts.
  ASSERT_TRUE(loop.run(here.engine.put_stored(offer::ContractDefinitionDocument::kind(),
                                              {acme, EntityId("old")}, json::serialize(stored), 0)));
  Replica after(house, *house.store, GetParam());
  EXPECT_EQ(seen_by(after, "globex"), (Shown{{"new", "maps"}, {"old", "tides"}}));
}

TEST_P(CatalogsTest, a_cursor_of_another_query_is_refused_and_never_followed) {
  put_policy("everybody");
  put_policy("nobody", is_one_of(R"("did:web:nobody")"));
  for (const auto* id : {"a", "b", "c"}) put_asset(id);
  put_definition(definition("all", "everybody", {}));
  protocol::query::Query query;
  query.limit = 1;
  const auto forged = loop.run(here.catalogs.catalog(viewer("globex"), query, {1, "bm9uc2Vuc2U", 0}));
  // Who sees a few is led by the number alone.
  const bool counts = GetParam() > 0;
  EXPECT_EQ(forged.has_value(), counts);
  if (!forged) EXPECT_EQ(forged.error().code, ErrorCode::invalid_input);
  if (!forged) return;
  EXPECT_EQ(forged->catalog.datasets.front().id, dsp::DatasetId("b"));
  EXPECT_EQ(forged->next, (PagePlace{.position = 2})) << "what it leads to may be seen by another way";
}

}  // namespace kontor::runtime::catalog
