#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/json/codec.hpp"

using namespace kontor;

namespace {

struct Point {
  std::int32_t x = 0;
  std::vector<std::string> tags;
  std::optional<std::string> note;
};

Result<void> read(const json::Node& node, Point& out) {
  json::ObjectReader in(node);
  in.required("x", out.x).one_or_many("tags", out.tags).optional("note", out.note);
  return in.done();
}

json::Value write(const Point& point) {
  return json::ObjectWriter()
      .field("x", point.x)
      .non_empty("tags", point.tags)
      .field("note", point.note)
      .done();
}

}  // namespace

TEST(JsonCodec, a_value_survives_the_way_there_and_back) {
  auto point = json::decode<Point>(R"({"x":3,"tags":["a","b"],"unknown":{}})").value();
  EXPECT_EQ(point.x, 3);
  EXPECT_EQ(json::encode(point), R"({"x":3,"tags":["a","b"]})");
}

TEST(JsonCodec, one_value_reads_as_a_list_of_one) {
  EXPECT_EQ(json::decode<Point>(R"({"x":1,"tags":"a"})").value().tags, std::vector<std::string>{"a"});
}

TEST(JsonCodec, an_error_names_the_pointer_and_the_rule) {
  auto missing = json::decode<std::vector<Point>>(R"([{"x":1},{"y":2}])");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().pointer, "/1/x");
  EXPECT_EQ(missing.error().detail, "is required");
  auto range = json::decode<Point>(R"({"x":99999999999})");
  EXPECT_EQ(range.error().pointer, "/x");
  EXPECT_EQ(json::decode<Point>("[]").error().detail, "must be an object");
}

TEST(JsonParse, what_is_ambiguous_or_unbounded_is_refused) {
  EXPECT_EQ(json::parse(R"({"a":1,"a":2})").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse("{} x").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse("1e999").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse("\"\xff\"").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse(R"({"a":"x\u0000y"})").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse(R"({"x\u0000y":1})").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse("").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse("[1,2").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse(std::string(100, '[') + std::string(100, ']')).error().code, ErrorCode::malformed);
  EXPECT_EQ(json::parse("[1]", {.bytes_max = 2}).error().code, ErrorCode::too_large);
}

TEST(JsonParse, each_value_comes_to_its_own_array_or_object) {
  const std::string text =
      R"({"a":{"a":[1,{"b":2},[]],"c":{}},"b":[[{"a":"x"}],{"a":"\n\u00e4"},true,null],"é":"","c":-1.5})";
  EXPECT_EQ(json::parse(text).value(), boost::json::parse(text));
  EXPECT_TRUE(json::parse(" null ").value().is_null());
  for (const char* twice : {R"([{"a":{"b":1,"c":{},"b":2}}])", R"({"a":[{"x":1}],"b":{"x":1},"a":{}})"}) {
    const auto refused = json::parse(twice);
    ASSERT_FALSE(refused) << twice;
    EXPECT_NE(refused.error().detail.find("stands twice"), std::string::npos) << refused.error().detail;
  }
}

TEST(JsonParse, a_number_is_the_nearest_that_a_double_can_hold) {
  EXPECT_EQ(json::parse("644949999999999994999999999994").value().as_double(),
            644949999999999994999999999994.0);
  EXPECT_EQ(json::parse("0.1").value().as_double(), 0.1);
  EXPECT_EQ(json::parse("-1.5e3").value().as_double(), -1500.0);
  EXPECT_EQ(json::parse("1e-400").value().as_double(), 0.0);
  EXPECT_FALSE(json::parse("1e400"));
}

TEST(JsonParse, equality_is_by_meaning) {
  EXPECT_TRUE(
      json::equal(json::parse(R"({"a":1,"b":[1.0]})").value(), json::parse(R"({"b":[1],"a":1})").value()));
  EXPECT_FALSE(json::equal(json::parse("[1,2]").value(), json::parse("[2,1]").value()));
}

TEST(JsonParse, a_pointer_segment_escapes_slash_and_tilde) {
  EXPECT_EQ(json::pointer_segment("a/b~c"), "a~1b~0c");
}
