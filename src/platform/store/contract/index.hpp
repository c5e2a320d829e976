#pragma once

#include "platform/store/contract/fixture.hpp"

/// Fields that get an index, or another place, while things are stored already.
namespace kontor::platform::store::contract {

TEST_P(StoreContract, a_field_that_becomes_indexed_is_found_in_what_was_stored_before) {
  must_commit(acme, {.puts = {{&note_kind(), EntityId("n1"), 0,
                               R"({"name":"wine","size":3,"at":"2026-01-02T00:00:00Z"})"}}});
  static constexpr entity::Field fields[] = {{"size", "size", entity::FieldType::number, true},
                                             {"name", "name", entity::FieldType::text, true},
                                             {"at", "at", entity::FieldType::instant, true}};
  static const Kind newer{"note", 2, fields};
  static const Kind* const kinds[] = {&newer};
  auto second = run(place->open(clock, kinds)).value();
  const auto finds = [&](protocol::query::Predicate predicate) {
    return run(second->count(acme, newer, {.where = std::move(predicate)})).value();
  };
  // The program of the version before goes on writing and does not know of the slot.
  must_commit(acme, {.puts = {{&note_kind(), EntityId("n2"), 0, R"({"name":"beer","size":3})"}}});
  EXPECT_EQ(finds(where("size", std::int64_t{3})), 2u);
  EXPECT_EQ(finds(where("name", std::string("wine"))), 1u);
  EXPECT_EQ(finds(where("at", std::string("2026-01-02T01:00:00+01:00"))), 1u);
  must_commit(acme, {.puts = {{&note_kind(), EntityId("n2"), 1, R"({"name":"beer","size":4})"}}});
  EXPECT_EQ(finds(where("size", std::int64_t{3})), 1u);
  run(second->close());
}

TEST_P(StoreContract, a_field_that_moves_is_found_where_it_stands_now) {
  must_commit(acme, {.puts = {{&note_kind(), EntityId("n1"), 0, R"({"name":"wine"})"},
                              {&note_kind(), EntityId("n2"), 0, R"({"details":{"name":"rum"}})"}}});
  static constexpr entity::Field fields[] = {{"name", "details.name", entity::FieldType::text, true}};
  static const Kind moved{"note", 2, fields};
  static const Kind* const kinds[] = {&moved};
  auto second = run(place->open(clock, kinds)).value();
  auto written = run(write_to(second.get(), acme,
                              {.puts = {{&moved, EntityId("n3"), 0, R"({"details":{"name":"beer"}})"}}}));
  EXPECT_TRUE(written) << written.error().message();
  const auto finds = [&](const std::string& name) {
    return ids_of(run(second->list(acme, moved, {.where = where("name", name)})).value());
  };
  EXPECT_EQ(finds("rum"), std::vector<std::string>{"n2"});
  EXPECT_EQ(finds("beer"), std::vector<std::string>{"n3"});
  EXPECT_TRUE(finds("wine").empty());
  run(second->close());
}

TEST_P(StoreContract, a_kind_with_more_indexed_fields_than_slots_answers_all_the_same) {
  static constexpr entity::Field fields[] = {
      {"a", "a", entity::FieldType::text, true}, {"b", "b", entity::FieldType::text, true},
      {"c", "c", entity::FieldType::text, true}, {"d", "d", entity::FieldType::text, true},
      {"e", "e", entity::FieldType::text, true}, {"f", "f", entity::FieldType::text, true},
      {"g", "g", entity::FieldType::text, true}};
  static const Kind wide{"wide", 1, fields};
  static const Kind* const kinds[] = {&wide};
  auto second = run(place->open(clock, kinds)).value();
  auto written =
      run(write_to(second.get(), acme, {.puts = {{&wide, EntityId("w"), 0, R"({"f":"x","g":"y"})"}}}));
  EXPECT_TRUE(written) << written.error().message();
  EXPECT_EQ(run(second->count(acme, wide, {.where = where("f", std::string("x"))})).value(), 1u);
  EXPECT_EQ(run(second->count(acme, wide, {.where = where("g", std::string("y"))})).value(), 1u);
  run(second->close());
}

}  // namespace kontor::platform::store::contract
