#include "base/json/member_text.hpp"

#include <gtest/gtest.h>

using namespace kontor;

namespace {

std::string value_at(std::string_view object, std::string_view path) {
  const auto found = json::find_member(object, path);
  if (!found) return std::string(found.error().row().name);
  if (!*found) return "none";
  return std::string(object.substr((*found)->value, (*found)->end - (*found)->value));
}

std::string without(std::string object, std::string_view path) {
  const auto found = json::find_member(object, path);
  if (!found || !*found) return "none";
  json::erase_member(object, **found);
  return object;
}

}  // namespace

TEST(MemberText, a_member_is_found_whatever_stands_around_it) {
  constexpr std::string_view object =
      R"({ "a" : "x\"y\\", "b":{"a":[1,{"c":"}"}],"d": {"e":-1.5e3 } } ,"c":[ "]" ], "t":true,"":"" })";
  EXPECT_EQ(value_at(object, "a"), R"("x\"y\\")");
  EXPECT_EQ(value_at(object, "b.a"), R"([1,{"c":"}"}])");
  EXPECT_EQ(value_at(object, "b.d.e"), "-1.5e3");
  EXPECT_EQ(value_at(object, "c"), R"([ "]" ])");
  EXPECT_EQ(value_at(object, "t"), "true");
  EXPECT_EQ(value_at(object, "e"), "none") << "it stands further down";
  EXPECT_EQ(value_at(object, "b.x"), "none");
  EXPECT_EQ(value_at("{}", "a"), "none");
  EXPECT_EQ(value_at(R"({"a":null})", "a.b"), "none");
}

TEST(MemberText, what_is_no_object_or_names_a_member_twice_is_refused) {
  for (const auto* text : {"", "[]", "{", R"({"a)", R"({"a")", R"({"a":)", R"({"a":1)", R"({"a":"b)",
                           R"({"a":[1)", R"({"a":1 "b":2})", R"({"b":1,})", R"({"a":1,"a":2})"})
    EXPECT_EQ(value_at(text, "a"), "malformed") << text;
  EXPECT_EQ(value_at(R"({"a":1})", "a.b"), "internal");
}

TEST(MemberText, a_member_that_is_taken_out_leaves_an_object) {
  EXPECT_EQ(without(R"({"a":1,"b":2,"c":3})", "a"), R"({"b":2,"c":3})");
  EXPECT_EQ(without(R"({"a":1,"b":2,"c":3})", "b"), R"({"a":1,"c":3})");
  EXPECT_EQ(without(R"({"a":1,"b":2,"c":3})", "c"), R"({"a":1,"b":2})");
  EXPECT_EQ(without(R"({"a":1})", "a"), "{}");
  EXPECT_EQ(without(R"({ "a" : {"b" : 1 } , "c":2 })", "a.b"), R"({ "a" : {} , "c":2 })");
  EXPECT_EQ(without(R"({"a":{"b":1,"d":[2]},"c":3})", "a.d"), R"({"a":{"b":1},"c":3})");
}

TEST(MemberText, a_document_is_checked_without_building_it) {
  EXPECT_TRUE(json::check(R"({"a":[1,2,{"b":null}]})"));
  EXPECT_EQ(json::check(R"({"a":tru})").error().code, ErrorCode::malformed);
  EXPECT_EQ(json::check("[1]", {.bytes_max = 2}).error().code, ErrorCode::too_large);
  EXPECT_TRUE(json::may_name(R"({"x":{"claims":1}})", "claims"));
  EXPECT_FALSE(json::may_name(R"({"myclaims":"claims!"})", "claims"));
}
