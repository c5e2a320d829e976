#include "domain/offer/documents.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "protocol/query/field.hpp"

using namespace kontor;
using namespace kontor::domain::offer;

namespace {

const Instant now = from_epoch_seconds(1'795'000'000);

json::Object object(std::string_view text) {
  return json::parse(text).value().get_object();
}

Asset asset() {
  Asset made;
  made.id = AssetId{"asset-1"};
  made.properties = canonical_properties(
      object(R"({"edc:name":"A","https://w3id.org/edc/v0.0.1/ns/size":3,"dct:title":"T"})"));
  made.private_properties = object(R"({"cost":5})");
  made.dataplane_metadata = DataplaneMetadata{{"eu"}, object(R"({"k":"v"})"), {"HttpData-PULL"}};
  made.data_address = object(R"({"type":"HttpData"})");
  made.created_at = now;
  return made;
}

template <class D>
void expect_round_trip(const typename D::Entity& entity) {
  const auto stored = D::encode(entity);
  const auto again = D::decode(stored, D::kind().codec_version);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(D::encode(*again), stored);
}

}  // namespace

static_assert(entity::Document<AssetDocument>);
static_assert(entity::Document<PolicyDefinitionDocument>);
static_assert(entity::Document<ContractDefinitionDocument>);

TEST(OfferDocuments, stored_forms_come_back) {
  expect_round_trip<AssetDocument>(asset());
  PolicyDefinition policy;
  policy.id = PolicyDefinitionId{"p"};
  policy.policy = json::decode<odrl::Policy>(R"({"@type":"Set","permission":[{"action":"use"}]})").value();
  policy.created_at = now;
  expect_round_trip<PolicyDefinitionDocument>(policy);
  namespace query = protocol::query;
  ContractDefinition definition{
      ContractDefinitionId{"d"}, PolicyDefinitionId{"a"}, PolicyDefinitionId{"c"}, {}, {}, now};
  definition.assets_selector = {{"name", query::Operator::equal, {"A"}},
                                {"size", query::Operator::in, {std::int64_t{1}, std::int64_t{3}}},
                                {"tag", query::Operator::is_null, {}}};
  expect_round_trip<ContractDefinitionDocument>(definition);
}

TEST(OfferDocuments, an_asset_is_found_by_its_properties_under_short_and_full_names) {
  const auto stored = json::parse(AssetDocument::encode(asset())).value();
  const auto values = protocol::query::fields_of(AssetDocument::kind(), stored);
  for (std::string_view name :
       {"name", "https://w3id.org/edc/v0.0.1/ns/name", "properties.'https://w3id.org/edc/v0.0.1/ns/name'"}) {
    ASSERT_EQ(values(name).size(), 1u) << name;
    EXPECT_EQ(*values(name).front(), json::Value("A"));
  }
  EXPECT_EQ(values("https://w3id.org/edc/v0.0.1/ns/id").size(), 1u);
  EXPECT_EQ(values("privateProperties.cost").size(), 1u);
  EXPECT_EQ(values("dct:title").size(), 1u);
  EXPECT_TRUE(values("cost").empty());
}

TEST(OfferDocuments, an_asset_is_named_by_its_id_in_any_spelling_and_by_nothing_else) {
  using protocol::query::Operator;
  const auto named = [](std::vector<protocol::query::Criterion> selector) {
    ContractDefinition definition;
    definition.assets_selector = std::move(selector);
    const auto stored = json::parse(ContractDefinitionDocument::encode(definition)).value();
    const auto asset = named_asset(definition).value_or(AssetId());
    EXPECT_EQ(json::find(stored, "assetId")->as_string(), asset.str());
    return asset.str();
  };
  EXPECT_EQ(named({{"id", Operator::equal, {"a"}}}), "a");
  EXPECT_EQ(named({{"https://w3id.org/edc/v0.0.1/ns/id", Operator::equal, {"a"}}}), "a");
  EXPECT_EQ(named({{"id", Operator::in, {"a"}}}), "a");
  EXPECT_EQ(named({{"name", Operator::equal, {"b"}}, {"id", Operator::equal, {"a"}}}), "a");
  EXPECT_EQ(named({}), "");
  EXPECT_EQ(named({{"id", Operator::in, {"a", "b"}}}), "");
  EXPECT_EQ(named({{"id", Operator::not_equal, {"a"}}}), "");
  EXPECT_EQ(named({{"id", Operator::like, {"a"}}}), "");
  EXPECT_EQ(named({{"name", Operator::equal, {"a"}}}), "");
  EXPECT_EQ(named({{"id", Operator::equal, {std::int64_t{1}}}}), "");
  EXPECT_EQ(named({{"id", Operator::equal, {"2026-01-01T00:00:00Z"}}}), "")
      << "another spelling of that moment is equal to it";
}
