#include "base/json/shared_object.hpp"

#include <gtest/gtest.h>

using namespace kontor;

TEST(SharedObject, a_copy_holds_the_same_object) {
  const json::SharedObject object = json::Object{{"a", json::Array{1, 2}}};
  const auto copy = object;
  EXPECT_EQ(&*copy, &*object);
  EXPECT_EQ(copy->at("a"), json::Value(json::Array{1, 2}));
  EXPECT_TRUE(json::SharedObject()->empty());
}

TEST(SharedObject, equality_is_by_meaning_whoever_holds_it) {
  const json::SharedObject object = json::parse(R"({"a":1,"b":{"c":[]}})").value().as_object();
  EXPECT_EQ(object, json::SharedObject(json::parse(R"({"b":{"c":[]},"a":1})").value().as_object()));
  EXPECT_NE(object, json::SharedObject(json::parse(R"({"a":1,"b":{"c":[0]}})").value().as_object()));
  EXPECT_NE(object, json::SharedObject());
  EXPECT_EQ(json::SharedObject(json::Object{}), json::SharedObject());
}

TEST(SharedObject, it_is_read_and_written_as_an_object) {
  const std::string text = R"({"a":{"b":[null]}})";
  const auto object = json::decode<json::SharedObject>(text).value();
  EXPECT_EQ(json::encode(object), text);
  EXPECT_EQ(json::encode(json::SharedObject()), "{}");
  EXPECT_EQ(json::decode<json::SharedObject>("[]").error().detail, "must be an object");
  json::Shapes shapes("#/");
  json::Shape shape(shapes);
  json::describe<json::SharedObject>(shape);
  EXPECT_EQ(json::serialize(shape.schema()), R"({"type":"object"})");
}
