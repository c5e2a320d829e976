#include "runtime/dataspace/body_schemas.hpp"

#include <gtest/gtest.h>

#include "runtime/dataspace/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::dataspace {
namespace {

using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::VirtualLoop;

constexpr const char* context = R"("@context":["https://w3id.org/edc/connector/management/v2"])";

class BodySchemasTest : public ::testing::Test {
 protected:
  BodySchemasTest() {
    bind_schema_routes(*house.router, {*house.engine, schemas});
    house.open();
  }
  ~BodySchemasTest() override { house.close(); }

  platform::http::Response ask(std::string method, std::string path, const std::string& members = "") {
    platform::http::Request request{std::move(method), house.administration_url("/api/mgmt/v5beta" + path)};
    request.headers.set("Authorization", "Bearer any");
    request.headers.set("Content-Type", "application/json");
    if (!members.empty()) request.body.text = "{" + std::string(context) + "," + members + "}";
    return house.ask(std::move(request));
  }
  platform::http::Response keep(const std::string& url, const std::string& more) {
    return ask("POST", "/cacheddocuments", R"("@type":"CachedDocument","url":")" + url + "\"," + more);
  }
  static std::string schema(const std::string& content) {
    return R"("documentType":"JSON_SCHEMA","pullStrategy":"NEVER","content":)" + content;
  }
  platform::http::Response hold(const std::string& type, const std::string& url,
                                const std::string& more = "") {
    return ask("POST", "/schemavalidators",
               R"("@type":"SchemaValidatorRegistration","version":"v5","validatedType":")" + type +
                   R"(","schema":")" + url + "\"" + more);
  }
  static std::string id_of(const platform::http::Response& response) {
    const auto body = json::parse(response.body.text).value();
    const auto* id = json::find(body, "@id");
    return id ? std::string(id->get_string()) : response.body.text;
  }
  /// What is wrong with a body; `fits` where nothing is.
  std::string problem(const std::string& body) {
    const auto value = json::parse(body).value();
    auto done = loop.run(schemas.check_body(value));
    return done ? "fits" : done.error().pointer + ": " + done.error().message();
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  House house{loop, {.kinds = {&CachedDocumentDocument::kind(), &SchemaValidatorDocument::kind()}}};
  BodySchemas schemas{*house.engine, *house.client};
};

}  // namespace

TEST_F(BodySchemasTest, a_body_of_the_type_is_held_against_the_schema_from_then_on) {
  const std::string body = R"({"@type":"Asset","properties":{}})";
  EXPECT_EQ(
      keep("https://example.org/a", schema(R"({"properties":{"properties":{"required":["name"]}}})")).status,
      200u);
  EXPECT_EQ(problem(body), "fits");
  const auto held = hold("Asset", "https://example.org/a");
  ASSERT_EQ(held.status, 200u) << held.body.text;
  EXPECT_TRUE(problem(body).starts_with("/properties/name: ")) << problem(body);
  EXPECT_EQ(problem(R"({"@type":"PolicyDefinition","properties":{}})"), "fits");
  EXPECT_EQ(ask("DELETE", "/schemavalidators/" + id_of(held)).status, 204u);
  EXPECT_EQ(problem(body), "fits");
}

TEST_F(BodySchemasTest, a_validator_for_profiles_is_about_policies_of_these_only) {
  EXPECT_EQ(keep("https://example.org/none", schema(R"({"not":{"type":"object"}})")).status, 200u);
  ASSERT_EQ(hold("PolicyDefinition", "https://example.org/none", R"(,"profiles":["strict"])").status, 200u);
  EXPECT_EQ(problem(R"({"@type":"PolicyDefinition","policy":{}})"), "fits");
  EXPECT_EQ(problem(R"({"@type":"PolicyDefinition","policy":{"profile":"loose"}})"), "fits");
  EXPECT_NE(problem(R"({"@type":"PolicyDefinition","policy":{"profile":"strict"}})"), "fits");
  EXPECT_NE(problem(R"({"@type":"PolicyDefinition","policy":{"profile":["loose","strict"]}})"), "fits");
}

TEST_F(BodySchemasTest, the_parts_of_a_publication_are_held_against_the_schemas_of_their_types) {
  EXPECT_EQ(keep("https://example.org/a", schema(R"({"required":["privateProperties"]})")).status, 200u);
  for (const char* type : {"Asset", "PolicyDefinition"})
    ASSERT_EQ(hold(type, "https://example.org/a").status, 200u);
  const std::string fine = R"("@type":"Asset","privateProperties":{})";
  EXPECT_EQ(problem(R"({"@type":"Publication","asset":{)" + fine + "}}"), "fits");
  EXPECT_TRUE(problem(R"({"@type":"Publication","asset":{"@type":"Asset"}})")
                  .starts_with("/asset/privateProperties: "));
  EXPECT_TRUE(problem(R"({"@type":"Publication","asset":{)" + fine +
                      R"(},"policyDefinitions":[{"@type":"Other"},{"@type":"PolicyDefinition"}]})")
                  .starts_with("/policyDefinitions/1/privateProperties: "));
}

TEST_F(BodySchemasTest, a_validator_needs_every_document_of_its_schema) {
  const auto refused = hold("Asset", "https://example.org/nobody");
  EXPECT_EQ(refused.status, 400u) << refused.body.text;
  EXPECT_EQ(keep("https://example.org/outer", schema(R"({"$ref":"https://example.org/inner"})")).status,
            200u);
  EXPECT_EQ(hold("Asset", "https://example.org/outer").status, 400u);
  EXPECT_EQ(
      keep("https://example.org/inner", R"("documentType":"JSON_LD","pullStrategy":"NEVER","content":{})")
          .status,
      200u);
  EXPECT_EQ(hold("Asset", "https://example.org/outer").status, 400u) << "what it refers to is no schema";
  EXPECT_EQ(keep("https://example.org/whole", schema(R"({"$defs":{"part":true}})")).status, 200u);
  EXPECT_EQ(hold("Asset", "https://example.org/whole#/$defs/nothing").status, 400u);
  EXPECT_EQ(hold("Asset", "https://example.org/whole#/$defs/part").status, 200u);
}

TEST_F(BodySchemasTest, a_document_that_a_validator_needs_stays) {
  const auto inner = keep("https://example.org/inner", schema(R"({"type":"object"})"));
  EXPECT_EQ(keep("https://example.org/outer", schema(R"({"$ref":"https://example.org/inner"})")).status,
            200u);
  const auto held = hold("Asset", "https://example.org/outer");
  ASSERT_EQ(held.status, 200u) << held.body.text;
  EXPECT_EQ(ask("DELETE", "/cacheddocuments/" + id_of(inner)).status, 409u);
  EXPECT_EQ(ask("PUT", "/cacheddocuments/" + id_of(inner),
                R"("@type":"CachedDocument","url":"https://example.org/moved",)" + schema("{}"))
                .status,
            409u);
  EXPECT_EQ(ask("DELETE", "/schemavalidators/" + id_of(held)).status, 204u);
  EXPECT_EQ(ask("DELETE", "/cacheddocuments/" + id_of(inner)).status, 204u);
}

TEST_F(BodySchemasTest, a_url_is_that_of_one_document) {
  EXPECT_EQ(keep("https://example.org/a", schema("{}")).status, 200u);
  EXPECT_EQ(keep("https://example.org/a", schema("{}")).status, 409u);
  EXPECT_EQ(keep("https://example.org/a#part", schema("{}")).status, 400u);
}

TEST_F(BodySchemasTest, a_document_is_fetched_as_its_strategy_says) {
  server.answer("/schema", R"({"type":"object"})");
  const auto url = server.url("/schema");
  const auto kept = keep(url, R"("documentType":"JSON_SCHEMA","pullStrategy":"IF_NOT_PRESENT")");
  ASSERT_EQ(kept.status, 200u) << kept.body.text;
  EXPECT_EQ(server.asked("/schema"), 1u);
  server.answer("/schema", R"({"type":"array"})");
  EXPECT_EQ(ask("POST", "/cacheddocuments/" + id_of(kept) + "/refresh").status, 204u);
  EXPECT_EQ(server.asked("/schema"), 2u);
  EXPECT_TRUE(ask("GET", "/cacheddocuments/" + id_of(kept)).body.text.contains("array"));
  const auto never = keep(url + "2", schema("{}"));
  EXPECT_EQ(ask("POST", "/cacheddocuments/" + id_of(never) + "/refresh").status, 204u);
  EXPECT_EQ(server.asked("/schema2"), 0u);
}

TEST_F(BodySchemasTest, what_cannot_be_fetched_or_understood_is_refused_and_not_kept) {
  server.answer("/list", "[]");
  server.answer("/odd", R"({"unevaluatedItems":true})");
  server.answer("/large", R"({"a":")" + std::string(2 << 20, 'a') + "\"}");
  for (const char* path : {"/list", "/odd", "/large", "/missing"}) {
    const auto refused = keep(server.url(path), R"("documentType":"JSON_SCHEMA","pullStrategy":"ALWAYS")");
    EXPECT_EQ(refused.status, 400u) << path << ": " << refused.body.text;
  }
  EXPECT_EQ(keep("https://example.org/a", R"("documentType":"JSON_SCHEMA","pullStrategy":"NEVER")").status,
            400u);
  EXPECT_EQ(ask("GET", "/cacheddocuments").body.text, "[]");
}

TEST_F(BodySchemasTest, an_address_inside_the_house_is_not_fetched) {
  auto guarded = platform::http::make_client(house.scope, loop.clock(), {}).value();
  BodySchemas careful(*house.engine, *guarded);
  server.answer("/schema", R"({"type":"object"})");
  CachedDocument document{.id = "a", .url = server.url("/schema"), .content = {}, .updated_at = {}};
  auto refused = loop.run(careful.with_content(document, house.soon()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(server.asked("/schema"), 0u);
}

}  // namespace kontor::runtime::dataspace
