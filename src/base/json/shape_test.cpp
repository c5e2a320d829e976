#include <gtest/gtest.h>

#include "base/json/codec.hpp"

using namespace kontor;

namespace {

enum class Colour : std::uint8_t { red, green };
constexpr json::EnumNames<Colour, 2> colour_names{{{Colour::red, "RED"}, {Colour::green, "GREEN"}}};
Result<void> read(const json::Node& node, Colour& out) {
  return json::read_enum(node, colour_names, out);
}

struct Leaf {
  std::string name;
  std::vector<Leaf> children;
};
Result<void> read(const json::Node& node, Leaf& out) {
  json::ObjectReader in(node);
  in.required("name", out.name).optional("children", out.children);
  return in.done();
}
json::Value write(const Leaf& leaf) {
  return json::ObjectWriter().field("name", leaf.name).non_empty("children", leaf.children).done();
}

struct Order {
  Id<struct OrderTag> id;
  std::uint32_t count = 0;
  Colour colour = Colour::red;
  std::optional<Instant> until;
  std::vector<std::string> tags;
  std::map<std::string, bool> flags;
  Leaf root;
};
Result<void> read(const json::Node& node, Order& out) {
  json::ObjectReader in(node);
  in.holds("@context", "urn:context").one_of("@type", {"Order", "Return"});
  in.required("id", out.id).required("count", out.count).optional("colour", out.colour);
  in.optional("until", out.until).one_or_many("tags", out.tags).optional("flags", out.flags);
  in.required("root", out.root);
  return in.done();
}
json::Value write(const Order& order) {
  return json::ObjectWriter().field("id", order.id).field("createdAt", std::int64_t{1}).done();
}

/// Looks into what it reads, as code over JSON-LD does.
struct Either {
  std::string text;
  std::vector<Leaf> leaves;
};
Result<void> read(const json::Node& node, Either& out) {
  json::ObjectReader in(node);
  if (in.has("text")) {
    in.required("text", out.text);
  } else {
    in.optional("leaves", out.leaves);
  }
  return in.done();
}

std::string described(auto&& describe) {
  json::Shapes shapes("#/d/");
  json::Shape shape(shapes);
  describe(shape);
  return json::serialize(json::Object{{"schema", shape.schema()}, {"d", shapes.schemas()}});
}

std::string schema_of(std::string_view pointer, const std::string& document) {
  auto value = json::parse(document).value();
  return json::serialize(value.at_pointer(pointer));
}

}  // namespace

TEST(JsonShape, a_codec_describes_what_it_reads_and_writes) {
  const auto document = described([](json::Shape& shape) { json::describe<Order>(shape); });
  EXPECT_EQ(schema_of("/schema", document), R"({"$ref":"#/d/Order"})");
  EXPECT_EQ(schema_of("/d/Order/required", document), R"(["@context","@type","count","id","root"])");
  const auto member = [&](const std::string& name) {
    return schema_of("/d/Order/properties/" + name, document);
  };
  EXPECT_EQ(member("@context"), R"({"type":"array","contains":{"const":"urn:context"}})");
  EXPECT_EQ(member("@type"), R"({"type":"string","enum":["Order","Return"]})");
  EXPECT_EQ(member("id"), R"({"type":"string","minLength":1})");
  EXPECT_EQ(member("count"), R"({"type":"integer","minimum":0,"maximum":4294967295})");
  EXPECT_EQ(member("colour"), R"({"type":"string","enum":["RED","GREEN"]})");
  EXPECT_EQ(member("until"), R"({"type":"string","format":"date-time"})");
  EXPECT_EQ(member("tags"), R"({"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]})");
  EXPECT_EQ(member("flags"), R"({"type":"object","additionalProperties":{"type":"boolean"}})");
  EXPECT_EQ(member("root"), R"({"$ref":"#/d/Leaf"})");
  EXPECT_EQ(member("createdAt"), R"({"type":"integer","readOnly":true})");
}

TEST(JsonShape, a_type_that_holds_itself_is_one_definition) {
  const auto document = described([](json::Shape& shape) { json::describe<std::vector<Leaf>>(shape); });
  EXPECT_EQ(schema_of("/schema", document), R"({"type":"array","items":{"$ref":"#/d/Leaf"}})");
  EXPECT_EQ(schema_of("/d/Leaf/properties/children", document),
            R"({"type":"array","items":{"$ref":"#/d/Leaf"}})");
}

TEST(JsonShape, an_example_leads_through_code_that_looks_into_what_it_reads) {
  const auto document = described([](json::Shape& shape) {
    json::describe<Either>(shape);
    const json::Value example = json::Object{{"text", "x"}};
    json::describe<Either>(shape, &example);
  });
  EXPECT_EQ(schema_of("/d/Either", document),
            R"({"type":"object","properties":{"leaves":{"type":"array","items":{"$ref":"#/d/Leaf"}},)"
            R"("text":{"type":"string"}},"required":["text"]})");
}

TEST(JsonShape, what_describes_reads_an_example_as_it_is_and_refuses_nothing) {
  json::Shapes shapes("#/");
  json::Shape shape(shapes);
  const json::Value example = json::Object{{"name", 7}};
  Leaf leaf;
  EXPECT_TRUE(read(json::Node(example, shape), leaf));
  EXPECT_EQ(json::definition_name("kontor::protocol::dcp::In<kontor::odrl::(anonymous namespace)::X>"),
            "dcp.In.odrl.X");
}
