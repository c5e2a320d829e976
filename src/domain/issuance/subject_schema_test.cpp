#include "domain/issuance/subject_schema.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::domain::issuance;

namespace {

const Did acme{"did:web:acme.example"};

CredentialDefinition with_schema(std::string schema) {
  CredentialDefinition definition{.id = CredentialDefinitionId{"def-1"}};
  definition.json_schema = std::move(schema);
  return definition;
}

}  // namespace

TEST(SubjectSchema, a_subject_is_held_against_it_with_its_id) {
  const auto definition = with_schema(
      R"({"type":"object","required":["id","level"],"properties":{"level":{"enum":["gold","silver"]}}})");
  EXPECT_TRUE(check_subject(definition, json::Object{{"level", "gold"}}, acme));
  const auto refused = check_subject(definition, json::Object{{"level", "lead"}}, acme);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  EXPECT_NE(refused.error().message().find("/level"), std::string::npos) << refused.error().message();
  EXPECT_FALSE(check_subject(definition, {}, acme));
  EXPECT_TRUE(check_subject(CredentialDefinition{}, {}, acme)) << "without a schema everything follows it";
}

TEST(SubjectSchema, one_that_is_not_understood_or_not_whole_is_refused_when_it_is_written) {
  for (const char* schema :
       {"no json", R"({"type":"nothing"})", R"({"$ref":"https://example.org/other.json"})",
        R"({"unevaluatedProperties":false})"}) {
    const auto refused = schema_of(with_schema(schema));
    ASSERT_FALSE(refused) << schema;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input) << schema;
    EXPECT_EQ(refused.error().pointer, "/jsonSchema") << schema;
  }
  EXPECT_FALSE(schema_of(CredentialDefinition{}).value());
}

TEST(SubjectSchema, its_id_follows_from_what_it_says) {
  const auto id = [](const char* schema) { return schema_of(with_schema(schema)).value()->id; };
  EXPECT_EQ(id(R"({"type":"object"})"), id(R"({ "type": "object" })"));
  EXPECT_NE(id(R"({"type":"object"})"), id(R"({"type":"string"})"));
}

TEST(SubjectSchema, the_stored_form_keeps_everything) {
  const auto schema = *schema_of(with_schema(R"({"type":"object","required":["id"]})")).value();
  EXPECT_EQ(SubjectSchemaDocument::decode(SubjectSchemaDocument::encode(schema), 1).value(), schema);
}
