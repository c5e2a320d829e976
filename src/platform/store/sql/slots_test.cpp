#include "platform/store/sql/slots.hpp"

#include <gmock/gmock.h>

using namespace kontor;
using namespace kontor::platform::store;
using entity::FieldType;

namespace {

std::vector<std::string> given(sql::Slots& slots, const entity::Kind& kind) {
  const entity::Kind* const kinds[] = {&kind};
  std::vector<std::string> all;
  for (const auto& slot : sql::give_slots(slots, kinds))
    all.push_back(slot.kind + " " + slot.path + " " + slot.column);
  return all;
}

}  // namespace

TEST(Slots, an_indexed_field_gets_a_free_slot_of_its_type_and_keeps_it) {
  sql::Slots slots;
  static constexpr entity::Field before[] = {{"name", "name", FieldType::text, true},
                                             {"title", "title", FieldType::text}};
  EXPECT_THAT(given(slots, {.name = "note", .fields = before}),
              ::testing::ElementsAre("note text:name text_1"));
  static constexpr entity::Field after[] = {{"size", "size", FieldType::number, true},
                                            {"type", "address.type", FieldType::text, true},
                                            {"at", "at", FieldType::instant, true},
                                            {"name", "name", FieldType::text, true}};
  const entity::Kind newer{.name = "note", .fields = after};
  EXPECT_THAT(given(slots, newer),
              ::testing::ElementsAre("note number:size number_1", "note text:address.type text_2",
                                     "note instant:at instant_1"));
  EXPECT_TRUE(given(slots, newer).empty());
  EXPECT_THAT(given(slots, {.name = "letter", .fields = before}),
              ::testing::ElementsAre("letter text:name text_1"));
  EXPECT_EQ(sql::slots_of(slots, "note").at("text:name"), "text_1");
  EXPECT_EQ(sql::slots_of(slots, "note").size(), 4u);
  EXPECT_TRUE(sql::slots_of(slots, "unknown").empty());
}

TEST(Slots, what_no_slot_can_hold_has_none) {
  sql::Slots slots;
  static constexpr entity::Field fields[] = {
      {"flag", "flag", FieldType::boolean, true}, {"tags", "tags[]", FieldType::text, true},
      {"a", "a", FieldType::instant, true},       {"b", "b", FieldType::instant, true},
      {"c", "c", FieldType::instant, true},       {"same", "a", FieldType::instant, true},
      {"text", "a", FieldType::text, true}};
  EXPECT_THAT(
      given(slots, {.name = "note", .fields = fields}),
      ::testing::ElementsAre("note instant:a instant_1", "note instant:b instant_2", "note text:a text_1"));
}

TEST(Slots, a_path_says_the_place_and_the_type_of_its_field) {
  for (const char* path : {"text:dataAddress.type", "number:count", "instant:a.b.c"}) {
    EXPECT_EQ(sql::path_of(sql::field_at(path)), path);
  }
  const auto field = sql::field_at("number:a.b");
  EXPECT_EQ(field.type, FieldType::number);
  EXPECT_EQ(field.path, (std::vector<sql::PathSegment>{{"a", false}, {"b", false}}));
}
