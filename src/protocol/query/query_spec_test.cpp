#include "protocol/query/query_spec.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::protocol::query;

TEST(QuerySpec, a_full_specification_is_read) {
  auto query =
      json::decode<Query>(R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"QuerySpec",
    "offset":10,"limit":5,"sortField":"createdAt","sortOrder":"DESC","filterExpression":[
      {"@type":"Criterion","operandLeft":"state","operator":"=","operandRight":1200},
      {"@type":"Criterion","operandLeft":"type","operator":"IN","operandRight":["A","B"]}]})");
  ASSERT_TRUE(query) << query.error().message();
  EXPECT_EQ(query->offset, 10u);
  EXPECT_EQ(query->limit, 5u);
  EXPECT_EQ(query->sort, (std::vector<Sort>{{"createdAt", true}}));
  EXPECT_EQ(query->where,
            all_of({where("state", std::int64_t{1200}), where("type", Operator::in, {"A", "B"})}));
}

TEST(QuerySpec, what_is_left_out_has_its_default) {
  EXPECT_EQ(json::decode<Query>("{}").value(), Query{});
  EXPECT_EQ(json::decode<Query>("{}")->limit, 50u);
}

TEST(QuerySpec, prefixed_names_and_literal_objects_are_read) {
  auto criterion = json::decode<Criterion>(
      R"({"edc:operandLeft":{"@value":"a"},"edc:operator":{"@value":"=="},
          "edc:operandRight":[{"@value":true}]})");
  ASSERT_TRUE(criterion) << criterion.error().message();
  EXPECT_EQ(*criterion, (Criterion{"a", Operator::equal, {true}}));
}

TEST(QuerySpec, a_broken_rule_is_named_with_its_place) {
  const auto pointer = [](std::string_view text) {
    auto query = json::decode<Query>(text);
    return query ? std::string("read") : query.error().pointer;
  };
  EXPECT_EQ(pointer(R"({"limit":0})"), "/limit");
  EXPECT_EQ(pointer(R"({"offset":-1})"), "/offset");
  EXPECT_EQ(pointer(R"({"sortOrder":"UP"})"), "/sortOrder");
  EXPECT_EQ(pointer(R"({"filterExpression":[{"operandLeft":"a","operator":"~","operandRight":1}]})"),
            "/filterExpression/0/operator");
  EXPECT_EQ(pointer(R"({"filterExpression":[{"operandLeft":"a","operator":"in","operandRight":"x"}]})"),
            "/filterExpression/0/operandRight");
  EXPECT_EQ(pointer(R"({"filterExpression":[{"operandLeft":"a","operator":"=","operandRight":{"x":1}}]})"),
            "/filterExpression/0/operandRight");
  EXPECT_EQ(pointer(R"({"filterExpression":[{"operator":"=","operandRight":1}]})"),
            "/filterExpression/0/operandLeft");
}

TEST(QuerySpec, what_it_can_say_is_written_and_read_back) {
  Query query;
  query.where = all_of({where("a", "x"), where("b", Operator::not_in, {std::int64_t{1}, true})});
  query.sort = {{"id", false}};
  query.limit = 7;
  auto written = write_query_spec(query);
  ASSERT_TRUE(written);
  EXPECT_EQ(json::decode_value<Query>(*written).value(), query);
  query.where = any_of({where("a", "x"), where("b", "y")});
  EXPECT_FALSE(write_query_spec(query));
}

TEST(QuerySpec, the_filter_of_a_catalog_request_is_none_or_one_specification) {
  Query all;
  all.limit = 100;
  EXPECT_EQ(read_catalog_filter({}).value(), all);
  auto spec = json::parse(R"({"@type":"QuerySpec","limit":3})").value();
  EXPECT_EQ(read_catalog_filter({spec})->limit, 3u);
  EXPECT_FALSE(read_catalog_filter({spec, spec}));
  EXPECT_FALSE(read_catalog_filter({json::Value("select *")}));
}

TEST(QuerySpec, tells_that_a_filter_is_one_criterion_or_several) {
  json::Shapes shapes("#/");
  json::Shape shape(shapes);
  json::describe<Query>(shape);
  const auto schemas = json::serialize(shape.schema()) + json::serialize(shapes.schemas());
  EXPECT_NE(
      schemas.find(
          R"("filterExpression":{"anyOf":[{"type":"object","properties":{"operandLeft":{"type":"string"})"),
      std::string::npos)
      << schemas;
}
