#include "protocol/query/query.hpp"

#include <gtest/gtest.h>

#include "protocol/query/field.hpp"

using namespace kontor;
using namespace kontor::protocol::query;

namespace {

constexpr entity::Field fields[] = {
    {"id", "id"},
    {"state", "stateCode", entity::FieldType::number},
    {"createdAt", "createdAt", entity::FieldType::instant},
    {"tags", "tags"},
    {"vpas.state", "vpas[].state"},
};
constexpr entity::Kind kind{
    .name = "thing", .fields = fields, .free_properties = "properties privateProperties"};

const json::Value& thing() {
  static const auto value = json::parse(R"({
    "id": "a-1", "stateCode": 1200, "createdAt": "2026-11-21T15:00:00.5Z", "tags": ["red", "green"],
    "none": null,
    "vpas": [{"state": "ACTIVE"}, {"state": "PENDING"}],
    "properties": {"name": "Größe", "size": 3.5, "http://x.example/a.b": "yes", "nested": {"deep": true}},
    "privateProperties": {"owner": "us"}})")
                                .value();
  return value;
}

bool holds(std::string field, Operator op, std::vector<Scalar> values = {}) {
  return matches(where(std::move(field), op, std::move(values)), fields_of(kind, thing()));
}

}  // namespace

TEST(QueryMatch, numbers_compare_by_value_and_texts_byte_by_byte) {
  EXPECT_TRUE(holds("state", Operator::equal, {1200.0}));
  EXPECT_TRUE(holds("state", Operator::less, {std::int64_t{1400}}));
  EXPECT_FALSE(holds("state", Operator::equal, {"1200"}));
  EXPECT_TRUE(holds("id", Operator::greater_or_equal, {"a"}));
  EXPECT_TRUE(holds("size", Operator::greater, {std::int64_t{3}}));
}

TEST(QueryMatch, instants_compare_by_time_whatever_their_fraction_or_form) {
  EXPECT_TRUE(holds("createdAt", Operator::greater, {"2026-11-21T15:00:00Z"}));
  EXPECT_TRUE(holds("createdAt", Operator::less, {"2026-11-21T16:00:01+01:00"}));
  EXPECT_TRUE(holds("createdAt", Operator::equal, {std::int64_t{1795273200500}}));
}

TEST(QueryMatch, a_list_equals_when_any_element_does_and_differs_when_none_does) {
  EXPECT_TRUE(holds("tags", Operator::equal, {"green"}));
  EXPECT_TRUE(holds("tags", Operator::contains, {"red"}));
  EXPECT_FALSE(holds("tags", Operator::contains, {"re"}));
  EXPECT_FALSE(holds("tags", Operator::not_equal, {"red"}));
  EXPECT_TRUE(holds("tags", Operator::not_equal, {"blue"}));
  EXPECT_TRUE(holds("vpas.state", Operator::in, {"PENDING", "X"}));
}

TEST(QueryMatch, an_absent_field_satisfies_is_null_alone) {
  for (auto op : {Operator::equal, Operator::not_equal, Operator::less, Operator::like, Operator::not_like,
                  Operator::in, Operator::not_in, Operator::contains, Operator::is_not_null}) {
    EXPECT_FALSE(holds("missing", op, {"x"}));
  }
  EXPECT_TRUE(holds("missing", Operator::is_null));
  EXPECT_FALSE(holds("id", Operator::is_null));
}

TEST(QueryMatch, like_knows_any_run_and_any_one_character) {
  EXPECT_TRUE(holds("name", Operator::like, {"Gr__e"}));
  EXPECT_TRUE(holds("name", Operator::like, {"%öß%"}));
  EXPECT_FALSE(holds("name", Operator::like, {"gr%"}));
  EXPECT_TRUE(holds("name", Operator::ilike, {"gr%E"}));
  EXPECT_TRUE(holds("name", Operator::not_like, {"%x%"}));
  EXPECT_TRUE(holds("name", Operator::starts_with, {"Gr"}));
  EXPECT_TRUE(holds("name", Operator::ends_with, {"ße"}));
  EXPECT_FALSE(holds("name", Operator::starts_with, {"%"}));
}

TEST(QueryField, a_free_property_is_found_under_every_spelling_of_its_name) {
  const auto name = json::Value("Größe");
  for (std::string_view spelling :
       {"name", "properties.name", "'name'", "properties.'https://w3id.org/edc/v0.0.1/ns/name'",
        "https://w3id.org/edc/v0.0.1/ns/name", "edc:name"}) {
    auto field = resolve(kind, spelling);
    ASSERT_TRUE(field) << spelling;
    auto values = values_at(thing(), field->path);
    ASSERT_EQ(values.size(), 1u) << spelling;
    EXPECT_EQ(*values.front(), name);
  }
  EXPECT_TRUE(holds("properties.'http://x.example/a.b'", Operator::equal, {"yes"}));
  EXPECT_TRUE(holds("http://x.example/a.b", Operator::equal, {"yes"}));
  EXPECT_TRUE(holds("nested.deep", Operator::equal, {true}));
  EXPECT_TRUE(holds("privateProperties.owner", Operator::equal, {"us"}));
}

TEST(QueryField, the_iri_of_an_entitys_own_field_is_that_field) {
  EXPECT_TRUE(resolve(kind, "https://w3id.org/edc/v0.0.1/ns/id")->declared);
  EXPECT_TRUE(resolve(kind, "properties.'https://w3id.org/edc/v0.0.1/ns/id'")->declared);
}

TEST(QueryField, an_unknown_field_of_a_closed_kind_is_refused_with_the_known_ones) {
  constexpr entity::Kind closed{.name = "closed", .fields = fields};
  auto refused = resolve(closed, "color");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(refused.error().detail,
            "Field color not found; closed can be asked for: id, state, createdAt, tags, vpas.state");
  EXPECT_FALSE(field_segments("a..b"));
  EXPECT_FALSE(field_segments("a.'b"));
  EXPECT_FALSE(field_segments(""));
}

TEST(QueryBuild, joining_flattens_and_drops_what_always_holds) {
  auto a = where("a", "1");
  auto b = where("b", "2");
  EXPECT_EQ(all_of({a, Predicate{}}), a);
  EXPECT_EQ(all_of({a, all_of({b, a})}).terms.size(), 3u);
  EXPECT_TRUE(all_of({}).always());
  EXPECT_FALSE(matches(any_of({}), [](auto) { return std::vector<const json::Value*>{}; }));
}

TEST(QueryCheck, what_is_out_of_bounds_is_refused) {
  Query query;
  EXPECT_TRUE(check(query));
  query.limit = 0;
  EXPECT_FALSE(check(query));
  query.limit = 10;
  query.where = where("a", Operator::in, {});
  EXPECT_FALSE(check(query));
  query.where = where("a", Operator::equal, {"1", "2"});
  EXPECT_FALSE(check(query));
  query.where = where("a", Operator::is_null, {"1"});
  EXPECT_FALSE(check(query));
  query.where = where("a", Operator::equal, {std::string(5000, 'x')});
  EXPECT_FALSE(check(query));
  query.where = Predicate{};
  query.after = Cursor{{std::nullopt}, EntityId{"x"}};
  EXPECT_FALSE(check(query));
}

TEST(QueryCursor, a_cursor_survives_the_way_there_and_back) {
  Cursor cursor{{Scalar("a"), Scalar(std::int64_t{3}), Scalar(1.5), Scalar(true), std::nullopt},
                EntityId{"ü/1"}};
  const auto word = write_cursor(cursor);
  EXPECT_EQ(word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  EXPECT_EQ(read_cursor(word).value(), cursor);
  EXPECT_FALSE(read_cursor("%%"));
  EXPECT_FALSE(read_cursor("e30"));
}
