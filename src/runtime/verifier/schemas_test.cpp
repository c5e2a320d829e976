#include "runtime/verifier/schemas.hpp"

#include "testing/house/world.hpp"

namespace kontor::runtime::verifier::testing {
namespace {

using namespace kontor::testing;
using namespace std::chrono_literals;

/// As the DCP compatibility kit's issuer writes it.
constexpr const char* draft_04 = R"({"$schema":"http://json-schema.org/draft-04/schema#","type":"object",
  "properties":{"id":{"type":"string"},"foo":{"type":"string"}},"required":["id","foo"]})";

class SchemasTest : public World {
 protected:
  SchemasTest() { server.answer(issuer.path("/schema"), draft_04); }

  Task<Result<SchemaPtr>> ask() { return house.schemas->schema(url, house.soon()); }
  Result<SchemaPtr> schema() { return loop.run(ask()); }
  std::size_t asked() const { return server.asked(issuer.path("/schema")); }
  /// What is wrong with a subject; `fits` where nothing is.
  std::string problem(const char* subject) {
    const auto known = loop.run(house.schemas->all({url}, house.soon()));
    auto done = check_with(known)(url, json::parse(subject).value().get_object());
    return done ? "fits" : done.error().message();
  }

  std::string url = issuer.url("/schema");
};

}  // namespace

TEST_F(SchemasTest, a_schema_is_fetched_once_for_all_who_wait) {
  std::vector<Task<Result<SchemaPtr>>> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(ask());
  for (const auto& each : run_together(loop, std::move(callers))) EXPECT_TRUE(each);
  EXPECT_EQ(asked(), 1u);
  EXPECT_EQ(server.last(issuer.path("/schema")).headers.get("Accept"),
            "application/schema+json, application/json;q=0.9, */*;q=0.1");
}

TEST_F(SchemasTest, a_schema_is_kept_for_its_time_and_no_longer) {
  ASSERT_TRUE(schema());
  server.answer(issuer.path("/schema"), "", 503);
  loop.clock().advance(59min);
  EXPECT_TRUE(schema());
  loop.clock().advance(2min);
  EXPECT_EQ(error_code_of(schema()), ErrorCode::peer_unavailable);
  EXPECT_EQ(asked(), 2u);
}

TEST_F(SchemasTest, a_schema_that_fails_is_not_asked_for_by_everybody) {
  server.answer(issuer.path("/schema"), "", 503);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(error_code_of(schema()), ErrorCode::peer_unavailable);
  EXPECT_EQ(asked(), 1u);
  server.answer(issuer.path("/schema"), draft_04);
  loop.clock().advance(3s);
  EXPECT_TRUE(schema());
}

TEST_F(SchemasTest, what_is_kept_is_bounded) {
  Schemas small(house.scope, loop.clock(), *house.client, {.schemas_max = 2});
  for (const char* path : {"/a", "/b", "/b", "/c", "/a"}) {
    server.answer(path, draft_04);
    ASSERT_TRUE(loop.run(small.schema(server.url(path), house.soon())));
  }
  EXPECT_EQ(server.asked("/a"), 2u);
  EXPECT_EQ(server.asked("/b"), 1u);
}

TEST_F(SchemasTest, a_subject_is_held_against_the_schema_with_its_id) {
  EXPECT_EQ(problem(R"({"id":"did:web:a","foo":"bar","more":1})"), "fits");
  EXPECT_TRUE(problem(R"({"id":"did:web:a"})").contains("/foo is required")) << problem(R"({"id":"a"})");
  EXPECT_TRUE(problem(R"({"foo":"bar"})").contains("/id is required"));
}

TEST_F(SchemasTest, without_a_name_it_is_of_2020_12_and_strange_names_say_nothing) {
  server.answer(issuer.path("/schema"),
                R"({"$metadata":{"version":"1.0"},"properties":{"list":{"prefixItems":[{"type":"null"}]}}})");
  EXPECT_EQ(problem(R"({"list":[null,1]})"), "fits");
  EXPECT_TRUE(problem(R"({"list":[1]})").contains("/list/0")) << problem(R"({"list":[1]})");
}

TEST_F(SchemasTest, what_a_schema_refers_to_is_fetched_with_it_within_bounds) {
  server.answer("/parts", R"({"definitions":{"name":{"type":"string"}}})");
  server.answer(issuer.path("/schema"),
                R"({"properties":{"foo":{"$ref":")" + server.url("/parts") + R"(#/definitions/name"}}})");
  EXPECT_EQ(problem(R"({"foo":"bar"})"), "fits");
  EXPECT_NE(problem(R"({"foo":1})"), "fits");
  for (int i = 0; i < 20; ++i) {
    server.answer("/chain" + std::to_string(i),
                  R"({"$ref":")" + server.url("/chain" + std::to_string(i + 1)) + "\"}");
  }
  url = server.url("/chain0");
  EXPECT_EQ(error_code_of(schema()), ErrorCode::invalid_input);
  EXPECT_EQ(server.asked("/chain7"), 1u);
  EXPECT_EQ(server.asked("/chain8"), 0u);
}

TEST_F(SchemasTest, what_is_too_large_elsewhere_not_understood_or_nothing_at_all_is_no_schema) {
  const auto refused_as = [this](std::string body) {
    server.answer(issuer.path("/schema"), std::move(body));
    house.schemas->forget();
    return error_code_of(schema());
  };
  EXPECT_EQ(refused_as(std::string(64 * 1024 + 1, ' ')), ErrorCode::too_large);
  for (const char* body : {"", "[]", "7", R"({"unevaluatedProperties":false})", R"({"type":"text"})",
                           R"({"$schema":"https://example.org/mine"})"})
    EXPECT_EQ(refused_as(body), ErrorCode::invalid_input) << body;
  house.schemas->forget();
  redirect(server, issuer.path("/schema"));
  EXPECT_EQ(error_code_of(schema()), ErrorCode::peer_refused);
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
  url = issuer.url("/schema#/definitions/nothing");
  server.answer(issuer.path("/schema"), draft_04);
  EXPECT_EQ(error_code_of(schema()), ErrorCode::invalid_input);
}

TEST_F(SchemasTest, an_address_inside_our_own_network_is_not_reached) {
  for (const auto* address : {"http://10.0.0.1/s", "http://169.254.169.254/latest", "http://[::1]/s"}) {
    url = address;
    EXPECT_EQ(error_code_of(schema()), ErrorCode::address_refused) << address;
  }
  server.answer(issuer.path("/schema"), R"({"$ref":"http://10.0.0.1/s"})");
  url = issuer.url("/schema");
  EXPECT_EQ(error_code_of(schema()), ErrorCode::address_refused) << "nor by what a schema refers to";
}

}  // namespace kontor::runtime::verifier::testing
