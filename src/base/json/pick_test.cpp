#include "base/json/pick.hpp"

#include <gtest/gtest.h>

using namespace kontor;

namespace {

std::string picked(std::vector<json::MemberPath> paths, std::string_view text) {
  const auto values = json::Picker(paths).pick(text);
  if (!values) return values.error().message();
  std::string all;
  for (const auto& value : *values) all += (all.empty() ? "" : " ") + json::serialize(value);
  return all;
}

}  // namespace

TEST(Picker, members_are_found_at_any_depth_and_in_the_order_of_the_paths) {
  const auto* document = R"({"a":1,"b":{"c":"deep","a":2,"d":{"c":true}},"c":-2.5,"e":18446744073709551615})";
  EXPECT_EQ(picked({{"b", "d", "c"}, {"c"}, {"a"}, {"b", "c"}, {"e"}}, document),
            R"(true -2.5E0 1 "deep" 18446744073709551615)");
  EXPECT_EQ(picked({{"a"}, {"a"}}, document), "1 1");
  EXPECT_EQ(picked({}, document), "");
}

TEST(Picker, what_is_absent_or_no_scalar_is_null) {
  const auto* document = R"({"list":[{"a":1},"a",2],"object":{"a":{"b":1}},"null":null,"text":"a"})";
  EXPECT_EQ(
      picked({{"list"}, {"list", "a"}, {"object"}, {"object", "a"}, {"null"}, {"text", "a"}, {"a"}, {"b"}},
             document),
      "null null null null null null null null");
  EXPECT_EQ(picked({{"a"}}, R"([{"a":1}])"), "null");
  EXPECT_EQ(picked({{"a"}}, "1"), "null");
}

TEST(Picker, names_and_texts_are_compared_without_their_escapes) {
  EXPECT_EQ(picked({{"a\"b"}, {"é"}, {""}}, R"({"a\"b":"x\ny\u00e9","\u00e9":"z","":"empty"})"),
            "\"x\\nyé\" \"z\" \"empty\"");
  const std::string long_text(100'000, 'x');
  EXPECT_EQ(picked({{"a"}}, R"({"a":")" + long_text + R"(\t"})"), "\"" + long_text + "\\t\"");
}

TEST(Picker, a_number_is_read_as_parse_reads_it) {
  for (const char* number : {"0.1", "1e-300", "7.2057594037927933e16", "123456789.123456789", "5e-324"}) {
    EXPECT_EQ(picked({{"n"}}, fmt::format(R"({{"n":{}}})", number)),
              json::serialize(json::parse(number).value()));
  }
}

TEST(Picker, all_of_the_document_is_checked_to_be_json) {
  for (const char* text : {"", "{", R"({"a":1)", R"({"a":1}x)", R"({"b":tru,"a":1})", R"({"a":1,"b":[1,]})",
                           "{\"b\":\"\xff\",\"a\":1}", R"({"b":"\x"})"}) {
    const json::MemberPath paths[] = {{"a"}};
    const auto values = json::Picker(paths).pick(text);
    ASSERT_FALSE(values) << text;
    EXPECT_EQ(values.error().code, ErrorCode::malformed);
  }
  const json::MemberPath paths[] = {{"a"}};
  const json::Picker picker(paths);
  EXPECT_EQ(picker.pick(R"({"a":1})", {.bytes_max = 6}).error().code, ErrorCode::too_large);
  EXPECT_FALSE(picker.pick(R"({"b":[[[1]]],"a":1})", {.depth_max = 3}));
  EXPECT_TRUE(picker.pick(R"({"b":[[[1]]],"a":1})", {.depth_max = 4}));
}
