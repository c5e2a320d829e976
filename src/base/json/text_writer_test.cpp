#include "base/json/text_writer.hpp"

#include <gtest/gtest.h>

using namespace kontor;

TEST(TextWriter, a_document_is_written_as_from_a_value) {
  const auto* document = R"({"a":"x\"y\\z\b\f\n\r\t\u0001\u001fü/",)"
                         R"("b":[1,-2,18446744073709551615,1.5,true,false,null,[],{}],"ü\n":{"c":""}})";
  const auto value = json::parse(document);
  ASSERT_TRUE(value) << value.error().message();
  EXPECT_EQ(json::text_of(*value), json::serialize(*value));
  EXPECT_EQ(json::text_of(json::SharedObject(value->as_object())), json::serialize(*value));
}

TEST(TextWriter, an_object_has_its_members_in_their_order_and_no_empty_ones) {
  std::string out = "before ";
  json::ObjectText object(out);
  object.field("text", "a").field("none", std::optional<std::string>()).field("some", std::optional(true));
  object.field("id", EntityId("1"))
      .non_empty("empty", std::vector<int>())
      .field("numbers", std::vector<std::int64_t>{1, -2});
  object.field("at", from_epoch_seconds(0)).end();
  EXPECT_EQ(out, R"(before {"text":"a","some":true,"id":"1","numbers":[1,-2],"at":"1970-01-01T00:00:00Z"})");
  std::string more;
  json::ObjectText(more)
      .members_of("{}")
      .field("a", 1u)
      .members_of(R"({"b":[2],"c":3})")
      .members_of("{}")
      .end();
  EXPECT_EQ(more, R"({"a":1,"b":[2],"c":3})");
  std::string nothing;
  json::ObjectText(nothing).end();
  EXPECT_EQ(nothing, "{}");
}
