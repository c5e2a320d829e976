#include "protocol/json_schema/json_schema.hpp"

#include <gtest/gtest.h>

#include <map>

using namespace kontor;
namespace schema = kontor::protocol::json_schema;

namespace {

constexpr const char* url = "https://example.org/schema.json";

class JsonSchema : public ::testing::Test {
 protected:
  void know(const std::string& where, std::string_view text) {
    documents.insert_or_assign(where, json::parse(text).value());
  }
  /// Where a value breaks the schema; `fits` where it does not.
  std::string problem(std::string_view schema_text, std::string_view value) {
    know(url, schema_text);
    return problem_at(url, value);
  }
  std::string problem_at(const std::string& where, std::string_view value) {
    auto done = schema::validate(
        json::parse(value).value(), where,
        [this](std::string_view asked) {
          const auto found = documents.find(asked);
          return found == documents.end() ? nullptr : &found->second;
        },
        reading);
    if (done) return "fits";
    EXPECT_EQ(done.error().code, ErrorCode::invalid_input);
    return done.error().pointer;
  }

  std::map<std::string, json::Value, std::less<>> documents;
  schema::Reading reading;
};

struct Case {
  const char* schema;
  const char* right;
  const char* wrong;
  const char* pointer;
};

}  // namespace

TEST_F(JsonSchema, each_keyword_refuses_what_breaks_it_at_its_place) {
  const Case cases[] = {
      {R"({"type":"object"})", "{}", "[]", ""},
      {R"({"type":["string","null"]})", "null", "1", ""},
      {R"({"type":"integer"})", "2.0", "2.5", ""},
      {R"({"const":{"a":1}})", R"({"a":1})", R"({"a":2})", ""},
      {R"({"enum":["a",1]})", "1", R"("b")", ""},
      {R"({"required":["a"]})", R"({"a":null})", "{}", "/a"},
      {R"({"properties":{"a/b":{"type":"string"}}})", R"({"a/b":"x","c":1})", R"({"a/b":1})", "/a~1b"},
      {R"({"properties":{"a":true},"additionalProperties":false})", R"({"a":1})", R"({"b":1})", "/b"},
      {R"({"items":{"type":"number"}})", "[1,2]", R"([1,"2"])", "/1"},
      {R"({"contains":{"const":1}})", "[0,1]", "[0]", ""},
      {R"({"minLength":2,"maxLength":3})", R"("äöü")", R"("ä")", ""},
      {R"({"minimum":1,"maximum":3})", "3", "4", ""},
      {R"({"exclusiveMinimum":1})", "1.5", "1", ""},
      {R"({"exclusiveMaximum":3})", "2", "3", ""},
      {R"({"multipleOf":0.1})", "0.7", "0.75", ""},
      {R"({"pattern":"^[a-z]+$"})", R"("ab")", R"("aB")", ""},
      {R"({"minItems":1,"maxItems":2})", "[1]", "[]", ""},
      {R"({"uniqueItems":true})", R"([1,"1",{"a":1}])", R"([{"a":1},{"a":1}])", ""},
      {R"({"items":[{"type":"number"}],"additionalItems":false})", "[1]", "[1,2]", "/1"},
      {R"({"contains":{"const":1},"minContains":2,"maxContains":2})", "[1,0,1]", "[1,1,1]", ""},
      {R"({"contains":{"const":1},"minContains":0})", "[]", "[]", "fits"},
      {R"({"patternProperties":{"^n":{"type":"number"}},"additionalProperties":false})", R"({"n1":1})",
       R"({"n1":"1"})", "/n1"},
      {R"({"patternProperties":{"^n":true},"additionalProperties":false})", R"({"n1":1})", R"({"m":1})",
       "/m"},
      {R"({"propertyNames":{"maxLength":1}})", R"({"a":1})", R"({"ab":1})", "/ab"},
      {R"({"dependentRequired":{"a":["b"]}})", R"({"b":1})", R"({"a":1})", "/b"},
      {R"({"dependentSchemas":{"a":{"required":["c"]}}})", R"({"a":1,"c":1})", R"({"a":1})", "/c"},
      {R"({"dependencies":{"a":["b"],"c":{"maxProperties":1}}})", R"({"c":1})", R"({"c":1,"d":1})", ""},
      {R"({"minProperties":1,"maxProperties":1})", R"({"a":1})", R"({"a":1,"b":2})", ""},
      {R"({"not":{"type":"null"}})", "1", "null", ""},
      {R"({"if":{"type":"string"},"then":{"minLength":1},"else":{"type":"number"}})", R"("a")", "true", ""},
      {R"({"allOf":[{"type":"string"},{"minLength":1}]})", R"("a")", R"("")", ""},
      {R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "null", "1", ""},
      {R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "1", "2", ""},
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"null"}}})", "null", "1", ""},
  };
  for (const auto& each : cases) {
    EXPECT_TRUE(schema::check_schema(json::parse(each.schema).value())) << each.schema;
    EXPECT_EQ(problem(each.schema, each.right), "fits") << each.schema;
    EXPECT_EQ(problem(each.schema, each.wrong), each.pointer) << each.schema;
  }
}

TEST_F(JsonSchema, a_keyword_says_nothing_of_a_value_of_another_type) {
  EXPECT_EQ(problem(R"({"minLength":9,"minItems":9,"required":["a"],"minimum":9})", "true"), "fits");
}

TEST_F(JsonSchema, a_reference_leads_to_another_document_and_to_a_part_of_it) {
  know("https://example.org/parts.json", R"({"definitions":{"id":{"type":"string"}}})");
  know(url, R"({"properties":{"id":{"$ref":"https://example.org/parts.json#/definitions/id"}}})");
  EXPECT_EQ(problem_at(url, R"({"id":"a"})"), "fits");
  EXPECT_EQ(problem_at(url, R"({"id":1})"), "/id");
  EXPECT_EQ(problem_at("https://example.org/parts.json#/definitions/id", "1"), "");
  EXPECT_EQ(schema::referred_documents(documents.at(url), url),
            std::set<std::string>{"https://example.org/parts.json"});
}

TEST_F(JsonSchema, a_reference_that_leads_nowhere_refuses) {
  EXPECT_EQ(problem(R"({"$ref":"https://example.org/nobody.json"})", "1"), "");
  EXPECT_EQ(problem(R"({"properties":{"a":{"$ref":"#/$defs/nothing"}}})", R"({"a":1})"), "/a");
}

TEST_F(JsonSchema, a_reference_to_what_is_no_schema_refuses) {
  EXPECT_EQ(problem(R"({"$ref":"#/default","default":{"required":"a"}})", "{}"), "");
  EXPECT_EQ(problem(R"({"items":{"$ref":"#/examples/0"},"examples":[{"enum":1}]})", "[1]"), "/0");
  EXPECT_EQ(problem(R"({"$ref":"#/const","const":7})", "7"), "");
}

TEST_F(JsonSchema, what_is_wrong_with_a_schema_refuses_also_where_it_is_negated_or_one_of_several) {
  const char* schemas[] = {R"({"not":{"$ref":"#/$defs/nothing"}})",
                           R"({"anyOf":[{"$ref":"#/$defs/nothing"},true]})",
                           R"({"if":{"$ref":"https://example.org/nobody.json"}})",
                           R"({"not":{"allOf":[{"$ref":"#"},{"$ref":"#"}]}})"};
  for (const char* each : schemas) EXPECT_EQ(problem(each, "1"), "") << each;
}

TEST_F(JsonSchema, a_url_is_that_of_a_schema_or_is_refused) {
  know(url, R"({"$defs":{"id":{"type":"string"}},"default":{"type":7}})");
  const auto found = [this](const std::string& asked) {
    return schema::check_reference(asked,
                                   [this](std::string_view each) {
                                     const auto known = documents.find(each);
                                     return known == documents.end() ? nullptr : &known->second;
                                   })
        .has_value();
  };
  EXPECT_TRUE(found(url));
  EXPECT_TRUE(found(std::string(url) + "#/$defs/id"));
  EXPECT_FALSE(found(std::string(url) + "#/$defs/other"));
  EXPECT_FALSE(found(std::string(url) + "#/default"));
  EXPECT_FALSE(found("https://example.org/nobody.json"));
}

TEST_F(JsonSchema, schemas_that_refer_to_one_another_without_end_refuse_and_end) {
  EXPECT_EQ(problem(R"({"$ref":"#"})", "1"), "");
  EXPECT_EQ(problem(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})", "1"), "");
}

TEST_F(JsonSchema, a_schema_with_what_is_not_understood_is_refused_with_its_place) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"properties":{"a":{"patern":"^a"}}})", "/properties/a/patern"},
      {R"_({"properties":{"a":{"pattern":"(?=a)"}}})_", "/properties/a/pattern"},
      {R"({"patternProperties":{"(":true}})", "/patternProperties/("},
      {R"({"unevaluatedProperties":false})", "/unevaluatedProperties"},
      {R"({"$dynamicRef":"#a"})", "/$dynamicRef"},
      {R"({"prefixItems":[true]})", "/prefixItems"},
      {R"({"exclusiveMinimum":true})", "/exclusiveMinimum"},
      {R"({"multipleOf":0})", "/multipleOf"},
      {R"({"uniqueItems":1})", "/uniqueItems"},
      {R"({"dependentRequired":{"a":"b"}})", "/dependentRequired"},
      {R"({"dependencies":{"a":[1]}})", "/dependencies/a"},
      {R"({"$schema":"https://example.org/my-own"})", "/$schema"},
      {R"({"type":"text"})", "/type"},
      {R"({"required":"a"})", "/required"},
      {R"({"minLength":-1})", "/minLength"},
      {R"({"items":[]})", "/items"},
      {R"({"allOf":[]})", "/allOf"},
      {R"({"not":1})", "/not"},
      {R"({"$ref":1})", "/$ref"},
  };
  for (const auto& [text, pointer] : cases) {
    auto refused = schema::check_schema(json::parse(text).value());
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().pointer, pointer) << text;
  }
}

TEST_F(JsonSchema, each_version_reads_its_keywords_in_its_own_way) {
  const std::pair<std::string, Case> cases[] = {
      {"http://json-schema.org/draft-04/schema#", {R"("minimum":1,"exclusiveMinimum":true)", "2", "1", ""}},
      {"http://json-schema.org/draft-04/schema",
       {R"("id":"https://example.org/a","required":["id","foo"])", R"({"id":"a","foo":""})", R"({"id":"a"})",
        "/foo"}},
      {"https://json-schema.org/draft-04/schema#",
       {R"("type":"string","$ref":"#/definitions/a","definitions":{"a":{"type":"null"}})", "null", R"("")",
        ""}},
      {"http://json-schema.org/draft-07/schema#",
       {R"("items":[{"type":"null"}],"const":[null])", "[null]", "[1]", "/0"}},
      {"https://json-schema.org/draft/2019-09/schema",
       {R"("items":[true],"additionalItems":{"type":"null"})", "[1,null]", "[1,1]", "/1"}},
      {"https://json-schema.org/draft/2020-12/schema",
       {R"("prefixItems":[{"type":"null"}],"items":{"type":"number"})", "[null,1]", "[null,null]", "/1"}},
  };
  for (const auto& [dialect, each] : cases) {
    const auto text = R"({"$schema":")" + dialect + "\"," + each.schema + "}";
    EXPECT_TRUE(schema::check_schema(json::parse(text).value())) << text;
    EXPECT_EQ(problem(text, each.right), "fits") << text;
    EXPECT_EQ(problem(text, each.wrong), each.pointer) << text;
  }
}

TEST_F(JsonSchema, a_keyword_of_another_version_is_refused_and_not_passed_over) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"$schema":"http://json-schema.org/draft-04/schema#","const":1})", "/const"},
      {R"({"$schema":"http://json-schema.org/draft-04/schema#","exclusiveMinimum":1})", "/exclusiveMinimum"},
      {R"({"$schema":"https://json-schema.org/draft/2020-12/schema","additionalItems":false})",
       "/additionalItems"},
      {R"({"$schema":"https://json-schema.org/draft/2020-12/schema","items":[true]})", "/items"},
      {R"({"unevaluatedItems":false})", "/unevaluatedItems"},
  };
  for (const auto& [text, pointer] : cases) {
    const auto document = json::parse(text).value();
    for (const bool strict : {true, false})
      EXPECT_EQ(schema::check_schema(document, {.strict = strict}).error().pointer, pointer) << text;
  }
}

TEST_F(JsonSchema, what_no_version_knows_says_nothing_where_schemas_of_others_are_read) {
  const char* text = R"({"$metadata":{"version":1},"type":"object","properties":{"a":{"hint":7}}})";
  EXPECT_FALSE(schema::check_schema(json::parse(text).value()));
  reading.strict = false;
  EXPECT_TRUE(schema::check_schema(json::parse(text).value(), reading));
  EXPECT_EQ(problem(text, R"({"a":1})"), "fits");
  EXPECT_EQ(problem(text, "1"), "");
}

TEST_F(JsonSchema, each_document_is_of_its_own_version) {
  know("https://example.org/old.json",
       R"({"$schema":"http://json-schema.org/draft-04/schema#","maximum":3,"exclusiveMaximum":true})");
  know(url, R"({"$schema":"https://json-schema.org/draft/2020-12/schema",
    "prefixItems":[{"$ref":"https://example.org/old.json"}],"items":false})");
  EXPECT_EQ(problem_at(url, "[2]"), "fits");
  EXPECT_EQ(problem_at(url, "[3]"), "/0");
  EXPECT_EQ(problem_at(url, "[2,2]"), "/1");
}

TEST_F(JsonSchema, what_takes_too_long_refuses_and_ends) {
  std::string many = "[0";
  for (int i = 1; i < 1000; ++i) many += "," + std::to_string(i);
  EXPECT_EQ(problem(R"({"uniqueItems":true})", many + "]"), "");
  EXPECT_EQ(problem(R"({"not":{"uniqueItems":true}})", many + "]"), "") << "negated, too";
  const auto long_text = "\"" + std::string(1'000'000, 'a') + "\"";
  EXPECT_EQ(problem(R"({"pattern":"(a|b|c){1,50}$"})", long_text), "");
}
