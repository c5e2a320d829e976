#include "domain/offer/rules.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "protocol/odrl/difference.hpp"

using namespace kontor;
using namespace kontor::domain::offer;
namespace query = kontor::protocol::query;

namespace {

const Did provider{"did:web:provider"};
const Did consumer{"did:web:consumer"};

Asset asset(std::string id = "asset-1") {
  Asset made;
  made.id = AssetId{std::move(id)};
  made.properties =
      json::parse(R"({"name":"A name","dct:title":"T","id":"x","region":"eu"})").value().get_object();
  return made;
}

odrl::Policy policy(std::string_view constraint = "eu") {
  return json::decode<odrl::Policy>(
             fmt::format(
                 R"({{"@type":"Set","@id":"own","profile":"x:1","permission":[{{"action":"use","constraint":[
                {{"leftOperand":"region","operator":"eq","rightOperand":"{}"}},
                {{"leftOperand":"count","operator":"lteq","rightOperand":5}}]}}]}})",
                 constraint))
      .value();
}

ContractDefinition definition(std::vector<query::Criterion> selector = {}) {
  return {ContractDefinitionId{"def-1"},
          PolicyDefinitionId{"a"},
          PolicyDefinitionId{"c"},
          std::move(selector),
          {},
          {}};
}

Access access(std::vector<std::string> types = {"HttpData-PULL", "HttpData-PUSH"}) {
  return {std::move(types), {"service-1", "https://provider.example/dsp", {}, {}}};
}

UniqueParts counter() {
  return [count = 0]() mutable { return std::to_string(++count); };
}

}  // namespace

TEST(OfferId, it_tells_definition_asset_and_a_unique_part) {
  const OfferId id{ContractDefinitionId{"def:1"}, AssetId{"asset/ä"}, "u-1"};
  const auto text = write_offer_id(id);
  EXPECT_EQ(std::ranges::count(text, ':'), 2);
  EXPECT_EQ(read_offer_id(text).value(), id);
  EXPECT_EQ(write_offer_id({ContractDefinitionId{"def-1"}, AssetId{"asset-1"}, "uuid"}),
            "ZGVmLTE=:YXNzZXQtMQ==:dXVpZA==");
  EXPECT_EQ(read_offer_id("ZGVmLTE:YXNzZXQtMQ:dXVpZA")->asset, AssetId{"asset-1"});
}

TEST(OfferId, parts_that_are_not_base64_are_taken_literally_all_three) {
  const auto id = read_offer_id("CD123:ACN0101:456").value();
  EXPECT_EQ(id.definition, ContractDefinitionId{"CD123"});
  EXPECT_EQ(id.asset, AssetId{"ACN0101"});
  EXPECT_EQ(id.unique, "456");
  for (std::string_view text : {"", "a", "a:b", "a:b:c:d", "a::c", ":b:c"})
    EXPECT_FALSE(read_offer_id(text)) << text;
}

TEST(OfferRules, a_definition_covers_what_all_its_criteria_match) {
  EXPECT_TRUE(covers(definition(), asset()));
  const query::Criterion region{"region", query::Operator::equal, {"eu"}};
  const query::Criterion id{"https://w3id.org/edc/v0.0.1/ns/id", query::Operator::in, {"asset-1", "asset-2"}};
  const query::Criterion other{"region", query::Operator::equal, {"us"}};
  EXPECT_TRUE(covers(definition({region, id}), asset()));
  EXPECT_FALSE(covers(definition({region, id}), asset("asset-3")));
  EXPECT_FALSE(covers(definition({region, other}), asset()));
}

TEST(OfferRules, others_ask_for_assets_by_what_a_catalog_shows_of_them) {
  const auto asked = [](const std::string& field, const std::string& order) {
    query::Query by;
    by.where = query::any_of({query::where("id", "x"), query::all_of({query::where(field, "x")})});
    if (!order.empty()) by.sort = {{order, true}};
    return check_asked_by_others(by);
  };
  for (const auto* field : {"id", "properties.region", "region", "https://w3id.org/edc/v0.0.1/ns/region",
                            "properties.privateProperties", "createdAt"}) {
    EXPECT_TRUE(asked(field, "")) << field;
    EXPECT_TRUE(asked("id", field)) << field;
  }
  for (const auto* field : {"privateProperties.cost", "'privateProperties'.cost", "privateProperties.a.b",
                            "privateProperties.'https://w3id.org/edc/v0.0.1/ns/cost'"}) {
    const auto filtered = asked(field, "");
    ASSERT_FALSE(filtered) << field;
    EXPECT_EQ(filtered.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(filtered.error().pointer, "/filter");
    EXPECT_FALSE(asked("id", field)) << field;
  }
}

TEST(OfferRules, a_dataset_has_an_offer_for_each_definition_and_a_distribution_for_each_transfer_type) {
  const auto all = definition();
  const auto none = definition({{"region", query::Operator::equal, {"us"}}});
  const auto terms = policy();
  const auto dataset =
      dataset_of(asset(), {{&all, &terms}, {&none, &terms}, {&all, &terms}}, access(), counter());
  ASSERT_TRUE(dataset);
  ASSERT_EQ(dataset->offers.size(), 2u);
  EXPECT_NE(dataset->offers[0].id, dataset->offers[1].id);
  EXPECT_EQ(dataset->offers[0].type, odrl::PolicyType::offer);
  EXPECT_FALSE(dataset->offers[0].target);
  EXPECT_EQ(dataset->distributions.size(), 2u);
  EXPECT_EQ(read_offer_id(dataset->offers[0].id)->asset, AssetId{"asset-1"});
}

TEST(OfferRules, public_properties_are_written_under_names_that_survive) {
  const auto all = definition();
  const auto terms = policy();
  const auto dataset = dataset_of(asset(), {{&all, &terms}}, access(), counter()).value();
  EXPECT_TRUE(dataset.extensions.contains("https://w3id.org/edc/v0.0.1/ns/name"));
  EXPECT_TRUE(dataset.extensions.contains("dct:title"));
  EXPECT_FALSE(dataset.extensions.contains("id"));
}

TEST(OfferRules, without_an_offer_or_a_transfer_type_there_is_no_dataset) {
  const auto all = definition();
  const auto terms = policy();
  auto obligation_only = terms;
  obligation_only.permissions.clear();
  obligation_only.obligations.emplace_back();
  EXPECT_FALSE(dataset_of(asset(), {}, access(), counter()));
  EXPECT_FALSE(dataset_of(asset(), {{&all, &terms}}, access({}), counter()));
  EXPECT_FALSE(dataset_of(asset(), {{&all, &obligation_only}}, access(), counter()));
}

TEST(OfferRules, an_asset_that_points_to_a_catalog_becomes_a_nested_catalog) {
  auto pointer = asset();
  pointer.is_catalog = true;
  const auto all = definition();
  const auto terms = policy();
  EXPECT_FALSE(nested_catalog_of(pointer, {{&all, &terms}}));
  pointer.properties.emplace("endpointURL", "https://other.example/dsp");
  pointer.properties.emplace("format", "Catalog");
  const auto catalog = nested_catalog_of(pointer, {{&all, &terms}});
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->services.at(0).endpoint_url, "https://other.example/dsp");
  EXPECT_EQ(std::get<std::string>(catalog->distributions.at(0).access_service), catalog->services.at(0).id);
  EXPECT_FALSE(nested_catalog_of(pointer, {}));
}

TEST(OfferRules, a_requested_offer_that_is_ours_becomes_our_own_wording) {
  const auto all = definition();
  const auto terms = policy();
  auto requested = message_offer_of(terms, {all.id, AssetId{"asset-1"}, "u"}, provider);
  std::swap(requested.permissions[0].constraints[0], requested.permissions[0].constraints[1]);
  requested.extensions.emplace("x", 1);
  const auto accepted = accept_request({requested, all, asset(), terms, provider});
  ASSERT_TRUE(accepted) << accepted.error().message();
  EXPECT_EQ(accepted->id, requested.id);
  EXPECT_EQ(accepted->target, "asset-1");
  EXPECT_EQ(accepted->permissions[0].constraints[0].left_operand, "region");
  EXPECT_TRUE(accepted->extensions.empty());
}

TEST(OfferRules, an_offer_that_is_not_ours_is_refused) {
  const auto all = definition();
  const auto terms = policy();
  const auto good = message_offer_of(terms, {all.id, AssetId{"asset-1"}, "u"}, provider);
  const auto refusal = [&](const odrl::Policy& offer, const ContractDefinition& under) {
    const auto done = accept_request({offer, under, asset(), terms, provider});
    return done ? std::string("accepted") : std::string(done.error().row().name) + " " + done.error().pointer;
  };
  EXPECT_EQ(refusal(good, all), "accepted");
  auto other = good;
  other.id = write_offer_id({ContractDefinitionId{"def-2"}, AssetId{"asset-1"}, "u"});
  EXPECT_EQ(refusal(other, all), "not_found ");
  other = good;
  other.target = "asset-2";
  EXPECT_EQ(refusal(other, all), "invalid_input /offer/target");
  EXPECT_EQ(refusal(good, definition({{"region", query::Operator::equal, {"us"}}})), "not_found ");
  const auto cheaper = message_offer_of(policy("us"), {all.id, AssetId{"asset-1"}, "u"}, provider);
  EXPECT_EQ(refusal(cheaper, all), "invalid_input /offer/permission/0/constraint/0");
}

TEST(OfferRules, an_agreement_has_the_offers_rules_unchanged) {
  const auto offer =
      message_offer_of(policy(), {ContractDefinitionId{"d"}, AssetId{"asset-1"}, "u"}, provider);
  const auto now = from_epoch_seconds(1'795'000'000) + std::chrono::milliseconds(345);
  const auto agreement = agreement_for(offer, {dsp::AgreementId{"a-1"}, provider, consumer, now});
  const auto written = write(agreement);
  EXPECT_EQ(written.at("permission"), write(offer).at("permission"));
  EXPECT_EQ(written.at("profile"), write(offer).at("profile"));
  EXPECT_EQ(written.at("@id"), json::Value("a-1"));
  EXPECT_EQ(written.at("@type"), json::Value("Agreement"));
  EXPECT_EQ(written.at("assigner"), json::Value("did:web:provider"));
  EXPECT_EQ(written.at("assignee"), json::Value("did:web:consumer"));
  EXPECT_EQ(written.at("target"), json::Value("asset-1"));
  EXPECT_EQ(written.at("timestamp"), json::Value(format_instant(from_epoch_seconds(1'795'000'000))));
  EXPECT_FALSE(odrl::difference(offer, agreement));
}
