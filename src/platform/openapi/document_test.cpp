#include "platform/openapi/document.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/api/management/event_routes.hpp"
#include "protocol/api/management/sharing_routes.hpp"
#include "protocol/api/token/routes.hpp"

namespace kontor::platform::openapi {
namespace {

namespace api = protocol::api;
namespace management = protocol::api::management;

std::vector<api::Declaration> routes() {
  return {api::declared(management::create_asset),    api::declared(management::get_asset),
          api::declared(management::query_assets),    api::declared(management::list_participants),
          api::declared(management::create_policy),   api::declared(management::get_policy),
          api::declared(management::create_transfer), api::declared(api::token::request_token),
          {.info = management::stream_events.info}};
}

class OpenApiDocument : public ::testing::Test {
 protected:
  std::string at(const std::string& pointer) const {
    boost::system::error_code error;
    const auto* found = whole.find_pointer(pointer, error);
    return found ? json::serialize(*found) : "nothing at " + pointer;
  }
  std::string schema(const std::string& name) const { return at("/components/schemas/" + name); }

  json::Value whole = document(routes(), "a title");
  const std::string assets = "/paths/~1api~1mgmt~1v5beta~1participants~1{participantContextId}~1assets";
};

/// Every `$ref` in the value.
void collect_references(const json::Value& value, std::vector<std::string>& into) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      if (member.key() == "$ref") into.emplace_back(member.value().get_string());
      collect_references(member.value(), into);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& each : *array) collect_references(each, into);
  }
}

}  // namespace

TEST_F(OpenApiDocument, an_operation_says_what_its_route_declares) {
  EXPECT_EQ(at("/openapi"), R"("3.1.0")");
  EXPECT_EQ(at("/info/title"), R"("a title")");
  EXPECT_EQ(at(assets + "/post/operationId"), R"("create-asset")");
  EXPECT_EQ(at(assets + "/post/tags"), R"(["management-api"])");
  EXPECT_EQ(at(assets + "/post/security"), R"([{"accessToken":["management-api:assets:write"]}])");
  EXPECT_EQ(at(assets + "/post/parameters/0/name"), R"("participantContextId")");
  EXPECT_EQ(at(assets + "/post/requestBody/content/application~1json/schema"),
            R"({"$ref":"#/components/schemas/management.Asset"})");
  EXPECT_EQ(at(assets + "/post/requestBody/content/application~1json/example"),
            json::serialize(json::parse(management::create_asset.info.example).value()));
  EXPECT_EQ(at(assets + "/post/responses/200/content/application~1json/example"),
            json::serialize(json::parse(management::create_asset.info.answer_example).value()));
  EXPECT_EQ(at(assets + "/post/responses/200/content/application~1json/schema"),
            R"({"$ref":"#/components/schemas/management.IdResponse"})");
  EXPECT_EQ(at(assets + "/post/responses/4XX/content/application~1json/schema"),
            R"({"$ref":"#/components/schemas/errors.Edc"})");
  EXPECT_EQ(at(assets + "~1request/post/requestBody/required"), "false");
  EXPECT_EQ(at("/paths/~1api~1mgmt~1v5beta~1participants/get/parameters/1"),
            R"({"name":"limit","in":"query","required":false,"schema":{"type":"string"}})");
  EXPECT_EQ(at("/paths/~1api~1mgmt~1v5beta~1participants~1{participantContextId}~1events/get/responses/200/"
               "content"),
            R"({"text/event-stream":{"schema":{"type":"string"}}})");
}

TEST_F(OpenApiDocument, who_may_call_is_what_the_role_matrix_says) {
  EXPECT_EQ(at(assets + "/post/x-kontor-roles"),
            R"([{"role":"admin","contexts":"all"},{"role":"participant","contexts":"own"}])");
  EXPECT_EQ(at(assets + "~1{assetId}/get/x-kontor-roles"),
            R"([{"role":"admin","contexts":"all"},{"role":"provisioner","contexts":"all"},)"
            R"({"role":"participant","contexts":"own"}])");
}

TEST_F(OpenApiDocument, a_body_is_described_by_its_own_codec) {
  EXPECT_EQ(schema("management.Asset/required"), R"(["@context","@type","properties"])");
  EXPECT_EQ(schema("management.Asset/properties/@type"),
            R"({"type":"string","enum":["Asset","CatalogAsset"]})");
  EXPECT_EQ(schema("management.Asset/properties/createdAt"), R"({"type":"integer","readOnly":true})");
  EXPECT_EQ(schema("errors.Edc/items/properties/path"), R"({"type":"string"})");
  EXPECT_EQ(schema("token.TokenRequest/type"), R"("object")");
}

TEST_F(OpenApiDocument, every_reference_has_its_definition_and_every_operation_its_own_name) {
  std::vector<std::string> references;
  collect_references(whole, references);
  EXPECT_GT(references.size(), 10u);
  for (const auto& each : references) {
    ASSERT_TRUE(each.starts_with("#/components/schemas/")) << each;
    EXPECT_TRUE(schema(each.substr(21)).starts_with("{")) << each;
  }
}

TEST_F(OpenApiDocument, the_same_routes_in_another_order_give_the_same_text) {
  auto turned = routes();
  std::ranges::reverse(turned);
  EXPECT_EQ(json::serialize(document(turned, "a title")), json::serialize(whole));
}

TEST_F(OpenApiDocument, a_listener_has_its_own_routes_only) {
  auto all = routes();
  all.front().info.listener = api::Listener::open;
  const auto open = at_listener(all, api::Listener::open);
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open.front().info.name, "create-asset");
}

}  // namespace kontor::platform::openapi
