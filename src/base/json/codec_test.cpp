#include "base/json/codec.hpp"

#include <gtest/gtest.h>

#include "base/json/state_codes.hpp"

using namespace kontor;

namespace {

/// The node of what stands at a pointer, reached from the document's a level at a time.
json::Node descend(const json::Node& node, const std::vector<std::string>& segments) {
  auto here = node;
  for (const auto& segment : segments) {
    if (const auto* array = here.value().if_array()) {
      const auto index = std::stoul(segment);
      here = here.element(index, array->at(index));
    } else {
      here = here.member(segment, here.value().as_object().at(segment));
    }
  }
  return here;
}

std::string place_of(const json::Value& document, const std::vector<std::string>& segments) {
  return descend(json::Node(document), segments).pointer();
}

enum class Colour : std::uint8_t { red };
constexpr json::EnumNames<Colour, 1> colour_names{{{Colour::red, "RED"}}};
constexpr json::StateCodes<Colour, 1> colour_codes{{{Colour::red, "RED", 100}}};

}  // namespace

TEST(JsonNode, a_place_is_found_in_the_document_when_it_is_asked_for) {
  const auto document =
      json::parse(R"({"a":{"b":[7,{"c/d~e":null}],"":[]},"é":[[1],[1]],"same":[{"x":1},{"x":1}]})").value();
  EXPECT_EQ(place_of(document, {}), "");
  EXPECT_EQ(place_of(document, {"a", "b"}), "/a/b");
  EXPECT_EQ(place_of(document, {"a", "b", "0"}), "/a/b/0");
  EXPECT_EQ(place_of(document, {"a", "b", "1", "c/d~e"}), "/a/b/1/c~1d~0e");
  EXPECT_EQ(place_of(document, {"a", ""}), "/a/");
  EXPECT_EQ(place_of(document, {"é", "1", "0"}), "/é/1/0");
  EXPECT_EQ(place_of(document, {"same", "0", "x"}), "/same/0/x");
  EXPECT_EQ(place_of(document, {"same", "1", "x"}), "/same/1/x");
  EXPECT_EQ(descend(json::Node(document, "/from"), {"a", "b", "1"}).pointer(), "/from/a/b/1");
}

TEST(JsonNode, a_place_far_down_is_named_whole) {
  json::Value document = 7;
  std::string pointer;
  std::vector<std::string> segments;
  for (int level = 0; level < 12; ++level) {
    document = json::Object{{"before", nullptr}, {"in", json::Array{json::Value(), std::move(document)}}};
    pointer += "/in/1";
    segments.insert(segments.end(), {"in", "1"});
    EXPECT_EQ(place_of(document, segments), pointer);
  }
  EXPECT_EQ(descend(json::Node(document), segments).value(), json::Value(7));
}

TEST(JsonNode, what_stands_for_a_value_has_its_place) {
  const auto document = json::parse(R"({"odrl:permission":[{"odrl:action":"use"}],"b":{}})").value();
  const auto compacted = json::parse(R"({"action":{"@id":"use"}})").value();
  const json::Node root(document);
  const auto list = descend(root, {"odrl:permission"});
  const auto rule = list.element(0, compacted);
  EXPECT_EQ(rule.pointer(), "/odrl:permission/0");
  EXPECT_EQ(descend(rule, {"action", "@id"}).pointer(), "/odrl:permission/0/action/@id");
  EXPECT_EQ(root.member("x/y", compacted).pointer(), "/x~1y");
  EXPECT_EQ(descend(root, {"b"}).member("c", compacted).pointer(), "/b/c");
  EXPECT_EQ(descend(root, {"b"}).member("itself", document).pointer(), "/b/itself");
  EXPECT_EQ(json::Node(json::Value("text")).element(3, document).pointer(), "/3");
}

TEST(JsonNode, a_copy_keeps_its_place_without_the_nodes_above) {
  const auto document = json::parse(R"({"a":[{"b":true},{"b":7}]})").value();
  std::vector<json::Node> kept;
  {
    const json::Node root(document);
    const auto array = root.member("a", document.at("a"));
    for (std::size_t i = 0; i < 2; ++i) kept.push_back(array.element(i, document.at("a").at(i)));
  }
  EXPECT_EQ(kept[0].pointer(), "/a/0");
  EXPECT_EQ(kept[1].member("b", document.at("a").at(1).at("b")).pointer(), "/a/1/b");
}

TEST(JsonCodec, what_a_refusal_repeats_ends_between_characters) {
  const json::Value text(std::string(63, 'x') + "é");
  Colour colour{};
  const auto named = json::read_enum(json::Node(text), colour_names, colour);
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().detail, "'" + std::string(63, 'x') + "' is none of: RED");
  const auto state = json::read_state_name(json::Node(text), colour_codes, colour);
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().detail, "'" + std::string(63, 'x') + "' is none of: RED");
}
