#include "protocol/api/management/routes.hpp"

#include <gtest/gtest.h>

#include "protocol/api/management/dataspace_routes.hpp"
#include "protocol/api/management/explaining_routes.hpp"
#include "protocol/api/management/expression_routes.hpp"
#include "protocol/api/management/obtaining_routes.hpp"
#include "protocol/api/management/partner_group_routes.hpp"
#include "protocol/api/management/publication_routes.hpp"
#include "protocol/api/management/schema_routes.hpp"
#include "protocol/api/management/secrets_routes.hpp"
#include "protocol/api/management/sharing_routes.hpp"
#include "protocol/api/management/trusted_issuer_routes.hpp"

using namespace kontor;
namespace management = kontor::protocol::api::management;

namespace {

template <class Request, class Response>
void check_example(const protocol::api::Route<Request, Response>& route) {
  if (route.info.example.empty()) return;
  auto decoded = json::decode<Request>(route.info.example);
  ASSERT_TRUE(decoded) << route.info.name << ": " << decoded.error().pointer << " "
                       << decoded.error().message();
  EXPECT_TRUE(json::decode<Request>(json::encode(*decoded))) << route.info.name;
}

template <class Request, class Response>
void check_answer(const protocol::api::Route<Request, Response>& route) {
  ASSERT_FALSE(route.info.answer_example.empty()) << route.info.name;
  auto decoded = json::decode<Response>(route.info.answer_example);
  ASSERT_TRUE(decoded) << route.info.name << ": " << decoded.error().pointer << " "
                       << decoded.error().message();
  EXPECT_EQ(json::encode(*decoded), json::serialize(*json::parse(route.info.answer_example)));
}

}  // namespace

TEST(ManagementRoutes, every_example_of_an_answer_is_what_its_codec_writes) {
  check_answer(management::create_asset);
  check_answer(management::get_policy_usage);
  check_answer(management::explain_negotiation);
  check_answer(management::obtain);
}

TEST(ManagementRoutes, every_example_is_a_legal_body_and_survives_the_way_there_and_back) {
  check_example(management::create_participant);
  check_example(management::put_config);
  check_example(management::put_dataplane);
  check_example(management::update_participant);
  check_example(management::create_profile);
  check_example(management::put_participant_profiles);
  check_example(management::add_trusted_issuer);
  check_example(management::discover);
  check_example(management::create_scope);
  check_example(management::create_secret);
  check_example(management::create_asset);
  check_example(management::query_assets);
  check_example(management::create_policy);
  check_example(management::create_contract_definition);
  check_example(management::request_catalog);
  check_example(management::request_dataset);
  check_example(management::create_negotiation);
  check_example(management::terminate_negotiation);
  check_example(management::offer_contract);
  check_example(management::counter_negotiation);
  check_example(management::create_transfer);
  check_example(management::terminate_transfer);
  check_example(management::suspend_transfer);
  check_example(management::create_expression);
  check_example(management::test_expression);
  check_example(management::evaluate_policy);
  check_example(management::create_partner_group);
  check_example(management::plan_policy);
  check_example(management::publish);
  check_example(management::obtain);
  check_example(management::create_document);
  check_example(management::create_validator);
}

TEST(ManagementRoutes, the_context_must_be_an_array_that_holds_ours) {
  using management::QueryRequest;
  EXPECT_TRUE(json::decode<QueryRequest>("{}"));
  for (const char* body :
       {R"({"@type":"QuerySpec"})",
        R"({"@context":"https://w3id.org/edc/connector/management/v2","@type":"QuerySpec"})",
        R"({"@context":["https://example.org"],"@type":"QuerySpec"})"}) {
    auto refused = json::decode<QueryRequest>(body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().pointer, "/@context");
  }
}

TEST(ManagementRoutes, a_body_of_another_type_is_refused_with_what_is_expected) {
  auto refused = json::decode<management::Asset>(
      R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"Thing","properties":{}})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().pointer, "/@type");
  EXPECT_NE(refused.error().detail.find("CatalogAsset"), std::string::npos);
}

TEST(ManagementRoutes, a_name_cannot_be_a_public_and_a_private_property) {
  auto refused = json::decode<management::Asset>(
      R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"Asset",)"
      R"("properties":{"a":1},"privateProperties":{"a":2}})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().pointer, "/privateProperties");
}

TEST(ManagementRoutes, an_asset_that_points_to_a_catalog_says_where_and_in_which_format) {
  const auto read = [](std::string_view properties) {
    return json::decode<management::Asset>(
        R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"CatalogAsset",)"
        R"("properties":)" +
        std::string(properties) + "}");
  };
  EXPECT_TRUE(read(R"({"endpointURL":"https://other.example/dsp","format":"HTTPS"})"));
  EXPECT_TRUE(read(R"({"http://www.w3.org/ns/dcat#endpointURL":"https://o.example","dct:format":"HTTPS"})"));
  for (const auto* wrong : {R"({"format":"HTTPS"})", R"({"endpointURL":"https://other.example"})",
                            R"({"endpointURL":5,"format":"HTTPS"})"}) {
    const auto refused = read(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().pointer, "/properties") << wrong;
  }
}

TEST(ManagementRoutes, an_offer_takes_its_assigner_from_where_older_clients_name_the_provider) {
  auto request = json::decode<management::ContractRequest>(
      R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
      R"("@type":"ContractRequest","protocol":"p","counterPartyAddress":"https://x",)"
      R"("providerId":"did:web:x","policy":{"@type":"Offer","@id":"1","target":"a",)"
      R"("permission":[{"action":"use"}]}})");
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(request->counter_party.id, "did:web:x");
  EXPECT_EQ(request->counter_party.profile, "p");
}

TEST(ManagementRoutes, an_operator_is_a_constant_or_what_policies_write) {
  const auto asked = [](const std::string& op) {
    return json::decode<management::CelExpressionTestRequest>(
        R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"CelExpressionTestRequest",)"
        R"("expression":"true","leftOperand":"a","rightOperand":"b","operator":")" +
        op + R"("})");
  };
  EXPECT_EQ(asked("IN")->constraint.op, protocol::odrl::Operator::is_part_of);
  EXPECT_EQ(asked("isPartOf")->constraint.op, protocol::odrl::Operator::is_part_of);
  EXPECT_EQ(asked("LEQ")->constraint.op, protocol::odrl::Operator::lteq);
  const auto refused = asked("in");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().pointer, "/operator");
  EXPECT_TRUE(refused.error().detail.ends_with("IS_ANY_OF, IS_NONE_OF")) << refused.error().detail;
}
