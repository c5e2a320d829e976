#pragma once

#include <algorithm>
#include <map>

#include "platform/store/contract/fixture.hpp"
#include "platform/store/contract/samples.hpp"

/// Queries: what the database answers is what `protocol::query::matches` says, field by field and operator by
/// operator.
namespace kontor::platform::store::contract {

TEST_P(StoreContract, every_operator_on_every_field_finds_what_matches_says) {
  Transaction transaction;
  std::map<std::string, json::Value> values;
  for (const auto& [id, body] : sample()) {
    transaction.puts.push_back({&asset_kind(), EntityId(id), 0, body});
    values.emplace(id, json::parse(body).value());
  }
  must_commit(acme, transaction);
  must_commit(globex, transaction);
  // Some 18,000 criteria: each implementation is asked another quarter of them.
  kontor::testing::SeededRandom random(std::hash<std::string>{}(GetParam().name));
  for (const auto& field : sample_fields()) {
    for (const auto& predicate : all_criteria(field)) {
      if (is_ambiguous(predicate.criterion) || random.below(4) != 0) continue;
      std::vector<std::string> expected;
      for (const auto& [id, value] : values) {
        if (matches(predicate, protocol::query::fields_of(asset_kind(), value))) expected.push_back(id);
      }
      auto page = run(store->list(acme, asset_kind(), {.where = predicate}));
      const auto& criterion = predicate.criterion;
      const auto shown =
          criterion.values.empty()
              ? std::string("-")
              : std::visit([](const auto& v) { return fmt::format("{}", v); }, criterion.values[0]);
      ASSERT_TRUE(page) << field << " op " << int(criterion.op) << " " << shown << ": "
                        << page.error().message();
      EXPECT_EQ(ids_of(*page), expected) << field << " op " << int(criterion.op) << " " << shown;
    }
  }
}

TEST_P(StoreContract, contains_asks_a_list_for_an_element_and_a_text_for_a_part) {
  must_put(acme, "a1", R"({"tags":["green"],"title":"evergreen"})");
  must_put(acme, "a2", R"({"tags":["evergreen","x"],"title":["green"]})");
  const auto contains = [&](const std::string& field) {
    return ids(acme, {.where = where(field, Operator::contains, {std::string("green")})});
  };
  EXPECT_EQ(contains("tags"), std::vector<std::string>{"a1"});
  EXPECT_EQ(contains("title"), (std::vector<std::string>{"a1", "a2"}));
}

TEST_P(StoreContract, predicates_combine_by_and_and_or) {
  for (const auto& [id, body] : sample()) must_put(acme, id, body);
  using protocol::query::all_of;
  using protocol::query::any_of;
  const auto wine = where("name", std::string("wine"));
  const auto three = where("count", std::int64_t{3});
  using Names = std::vector<std::string>;
  EXPECT_EQ(ids(acme, {.where = all_of({wine, three})}), Names{"a01"});
  EXPECT_EQ(ids(acme, {.where = any_of({wine, three})}), (Names{"a01", "a02"}));
  EXPECT_EQ(ids(acme, {.where = any_of({all_of({wine, where("count", std::int64_t{4})}),
                                        where("'a.b'", std::string("wine"))})}),
            Names{"a23"});
  EXPECT_EQ(ids(acme, {.where = any_of({})}), Names{});
  EXPECT_EQ(ids(acme, {.where = all_of({})}).size(), sample().size());
  EXPECT_EQ(run(store->count(acme, asset_kind(), {.where = any_of({wine, three}), .limit = 1})).value(), 2u);
}

TEST_P(StoreContract, an_unknown_field_is_refused_and_the_known_ones_are_named) {
  auto page = run(store->list(acme, note_kind(), {.where = where("nam", std::string("x"))}));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::invalid_input);
  EXPECT_THAT(page.error().detail, ::testing::HasSubstr("name"));
  EXPECT_EQ(run(store->list(acme, note_kind(), {.sort = {{"nam"}}})).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(run(store->count(acme, note_kind(), {.where = where("nam", std::string("x"))})).error().code,
            ErrorCode::invalid_input);
  EXPECT_EQ(run(store->list(acme, asset_kind(), {.sort = {{"tags"}}})).error().code,
            ErrorCode::invalid_input);
  EXPECT_EQ(run(store->list(acme, asset_kind(), {.limit = 0})).error().code, ErrorCode::invalid_input);
}

TEST_P(StoreContract, what_a_caller_says_never_becomes_sql) {
  for (const auto& [id, body] : sample()) must_put(acme, id, body);
  must_put(globex, "b1", R"({"name":"secret"})");
  const std::vector<std::string> attempts{"' OR '1'='1",
                                          "\" OR \"\"=\"",
                                          "'; DROP TABLE entities; --",
                                          "$1",
                                          "?1",
                                          ":a",
                                          "%'; --",
                                          "\\'; --",
                                          "x') OR 1=1 --",
                                          "'||(SELECT body FROM entities)||'",
                                          "{\"a\":1}",
                                          "$.name",
                                          "')) UNION SELECT * FROM entities --"};
  for (const auto& attempt : attempts) {
    for (auto op : all_operators()) {
      if (takes_no_value(op)) continue;
      for (const auto& field : {std::string("name"), std::string("kind")}) {
        auto page = run(store->list(acme, asset_kind(), {.where = where(field, op, {attempt})}));
        ASSERT_TRUE(page) << page.error().message();
        for (const auto& record : page->records) EXPECT_EQ(record.context, acme);
      }
    }
    auto by_field =
        run(store->list(acme, asset_kind(),
                        {.where = where("properties.\"" + attempt.substr(0, 1) + "x\"", std::string("x")),
                         .sort = {{"properties.'" + attempt.substr(1) + "x"}}}));
    if (by_field) EXPECT_TRUE(by_field->records.empty());
    EXPECT_TRUE(run(store->list(ContextId(attempt), asset_kind(), {})).value().records.empty());
  }
  EXPECT_EQ(
      run(store->list(acme, asset_kind(), {.where = where("name", std::string("a\0b", 3))})).error().code,
      ErrorCode::invalid_input);
  EXPECT_EQ(run(store->list(acme, asset_kind(), {.where = where("name", std::string("\xff"))})).error().code,
            ErrorCode::invalid_input);
  EXPECT_EQ(ids(acme).size(), sample().size());
  EXPECT_EQ(ids(globex).size(), 1u);
}

TEST_P(StoreContract, an_order_is_that_of_the_values_with_absent_ones_first) {
  must_put(acme, "a1",
           R"({"name":"b","size":10,"endsAt":"2026-01-02T00:00:00Z","hidden":true,"properties":{"x":"10"}})");
  must_put(acme, "a2", R"({"name":"B","size":9.5,"endsAt":"2026-01-02T00:00:00.5Z","properties":{"x":10}})");
  must_put(
      acme, "a3",
      R"({"name":"é","size":-1,"endsAt":"2026-01-02T02:00:00+03:00","hidden":false,"properties":{"x":9}})");
  must_put(acme, "a4", R"({})");
  must_put(acme, "a5", R"({"name":"b","size":10,"properties":{"x":"9"}})");
  const auto order = [&](const std::string& field, bool descending) {
    std::string text;
    for (const auto& id : ids(acme, {.sort = {{field, descending}}})) text += id.substr(1);
    return text;
  };
  EXPECT_EQ(order("name", false), "42153");
  EXPECT_EQ(order("name", true), "31524");
  EXPECT_EQ(order("size", false), "43215");
  EXPECT_EQ(order("size", true), "15234");
  EXPECT_EQ(order("endsAt", false), "45312");
  EXPECT_EQ(order("endsAt", true), "21345");
  EXPECT_EQ(order("hidden", false), "24531");
  EXPECT_EQ(order("hidden", true), "13245");
  EXPECT_EQ(order("x", false), "43215");
  EXPECT_EQ(order("x", true), "51234");
  EXPECT_EQ(ids(acme, {.sort = {{"name"}, {"size", true}}}),
            (std::vector<std::string>{"a4", "a2", "a1", "a5", "a3"}));
  EXPECT_EQ(ids(acme), (std::vector<std::string>{"a1", "a2", "a3", "a4", "a5"}));
  EXPECT_EQ(ids(acme, {.limit = 2, .offset = 3}), (std::vector<std::string>{"a4", "a5"}));
}

TEST_P(StoreContract, pages_together_are_the_whole_list_in_its_order) {
  for (const auto& [id, body] : sample()) must_put(acme, id, body);
  must_put(globex, "b1", R"({"name":"wine"})");
  std::vector<std::vector<protocol::query::Sort>> orders{{}};
  for (const char* field :
       {"name", "title", "count", "size", "active", "startsAt", "endsAt", "kind", "properties.n"}) {
    orders.push_back({{field}});
    orders.push_back({{field, true}});
    orders.push_back({{field, true}, {"name"}});
  }
  for (const auto& sort : orders) {
    // Fields that hold lists in some samples have no order of their own.
    Query query{.where = protocol::query::all_of({where("title", Operator::not_in, {std::string("beer")})}),
                .sort = sort};
    if (sort.empty() || sort[0].field != "title") query.where = {};
    const auto whole = ids(acme, query);
    std::vector<std::string> together;
    query.limit = 4;
    for (int pages = 0; pages < 20; ++pages) {
      auto page = list(acme, query);
      for (const auto& id : ids_of(page)) together.push_back(id);
      if (!page.next) break;
      query.after = protocol::query::read_cursor(*page.next).value();
    }
    EXPECT_EQ(together, whole) << (sort.empty() ? "by id" : sort[0].field);
  }
}

TEST_P(StoreContract, a_list_across_contexts_pages_through_all_of_them) {
  for (const auto& context : {acme, globex}) {
    for (int i = 0; i < 5; ++i) must_put(context, "a" + std::to_string(i), R"({"name":"same"})");
  }
  Query query{.sort = {{"name", true}}, .limit = 3};
  std::vector<std::string> together;
  for (int pages = 1;; ++pages) {
    auto page = run(store->list_across(system_scope, asset_kind(), query)).value();
    for (const auto& record : page.records) together.push_back(record.context.str() + record.id.str());
    if (!page.next) {
      EXPECT_EQ(pages, 4);
      break;
    }
    query.after = protocol::query::read_cursor(*page.next).value();
  }
  EXPECT_EQ(together, (std::vector<std::string>{"acmea0", "acmea1", "acmea2", "acmea3", "acmea4", "globexa0",
                                                "globexa1", "globexa2", "globexa3", "globexa4"}));
}

TEST_P(StoreContract, paging_misses_and_repeats_nothing_while_others_insert) {
  for (int i = 0; i < 10; ++i)
    must_put(acme, "a" + std::to_string(i * 2), R"({"size":)" + std::to_string(i) + "}");
  Query query{.sort = {{"size"}}, .limit = 3};
  std::vector<std::string> seen;
  for (int round = 0;; ++round) {
    auto page = list(acme, query);
    for (const auto& id : ids_of(page)) seen.push_back(id);
    must_put(acme, "before" + std::to_string(round), R"({"size":-1})");
    must_put(acme, "between" + std::to_string(round), R"({"size":0.5})");
    if (!page.next) break;
    query.after = protocol::query::read_cursor(*page.next).value();
  }
  std::erase_if(seen, [](const std::string& id) { return id.starts_with("b"); });
  EXPECT_EQ(seen,
            (std::vector<std::string>{"a0", "a2", "a4", "a6", "a8", "a10", "a12", "a14", "a16", "a18"}));
}

TEST_P(StoreContract, a_cursor_of_another_query_is_refused) {
  for (int i = 0; i < 3; ++i) must_put(acme, "a" + std::to_string(i), R"({"name":"n","size":1})");
  const Query first{.where = where("name", std::string("n")), .sort = {{"name"}}, .limit = 1};
  const auto cursor = protocol::query::read_cursor(*list(acme, first).next).value();
  const auto refused = [&](const ContextId& context, Query query, const Kind& kind) {
    query.after = cursor;
    auto page = run(store->list(context, kind, query));
    return !page && page.error().code == ErrorCode::invalid_input;
  };
  EXPECT_FALSE(refused(acme, first, asset_kind()));
  auto larger = first;
  larger.limit = 2;
  EXPECT_FALSE(refused(acme, larger, asset_kind()));
  EXPECT_TRUE(refused(globex, first, asset_kind()));
  EXPECT_TRUE(refused(acme, first, note_kind()));
  EXPECT_TRUE(refused(acme, {.sort = {{"name"}}, .limit = 1}, asset_kind()));
  EXPECT_TRUE(refused(acme, {.where = first.where, .sort = {{"name", true}}, .limit = 1}, asset_kind()));
  EXPECT_TRUE(refused(acme, {.where = first.where, .sort = {{"size"}}, .limit = 1}, asset_kind()));
  EXPECT_TRUE(refused(acme, {.where = where("name", std::string("m")), .sort = {{"name"}}, .limit = 1},
                      asset_kind()));
  auto across = first;
  across.after = cursor;
  EXPECT_EQ(run(store->list_across(system_scope, asset_kind(), across)).error().code,
            ErrorCode::invalid_input);
  auto forged = first;
  forged.after = protocol::query::Cursor{{std::int64_t{1}}, cursor.id};
  EXPECT_EQ(run(store->list(acme, asset_kind(), forged)).error().code, ErrorCode::invalid_input);
  forged.after = protocol::query::Cursor{{std::string("n")}, EntityId("a1")};
  EXPECT_EQ(run(store->list(acme, asset_kind(), forged)).error().code, ErrorCode::invalid_input);
}

}  // namespace kontor::platform::store::contract
