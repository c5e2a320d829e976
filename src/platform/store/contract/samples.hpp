#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/store/contract/fixture.hpp"

/// What the query tests store, and every question that can be asked about it.
namespace kontor::platform::store::contract {

/// Entities that differ in every field, with fields that are absent, null, lists, objects and of unlike
/// types.
inline const std::map<std::string, std::string>& sample() {
  static const std::map<std::string, std::string> bodies{
      {"a00", R"({})"},
      {"a01", R"({"name":"wine","title":"wine","count":3,"size":3,"active":true,"hidden":true})"},
      {"a02", R"({"name":"Wine","title":"Wine","count":3.0,"size":3.5,"active":false,"hidden":false})"},
      {"a03", R"({"name":"w*ne [x] 50%_","title":"w*ne [x] 50%_","count":-7,"size":-7})"},
      {"a04", R"({"name":"貿易","title":"貿易","count":1000000000000000000,"size":1000000000000000000})"},
      {"a05", R"({"name":"","title":"","count":0,"size":0.125})"},
      {"a06",
       R"({"name":null,"title":null,"count":null,"size":null,"active":null,"tags":null,"properties":null})"},
      {"a07", R"({"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-02T00:00:00Z"})"},
      {"a08", R"({"startsAt":"2026-01-02T00:00:00.5Z","endsAt":"2026-01-02T01:00:00.000001+01:00"})"},
      {"a09", R"({"startsAt":"2025-12-31T23:59:59.999999Z","endsAt":"2026-01-02T00:00:01Z"})"},
      {"a10", R"({"dataAddress":{"type":"HttpData","port":443}})"},
      {"a11", R"({"dataAddress":{"type":"AmazonS3","port":80}})"},
      {"a12", R"({"dataAddress":["HttpData"]})"},
      {"a13", R"({"dataAddress":"HttpData"})"},
      {"a14",
       R"({"tags":["red","green"],"parts":[{"state":"up","weight":1},{"state":"down","weight":2.5}]})"},
      {"a15", R"({"tags":["green","blue"],"parts":[{"state":"down"},{"weight":9},"up",null]})"},
      {"a16", R"({"tags":[],"parts":[]})"},
      {"a17", R"({"tags":"red","parts":{"state":"up"}})"},
      {"a18",
       R"({"title":["wine","beer"],"size":[1,3],"hidden":[true,false],"endsAt":["2026-01-02T00:00:00Z"]})"},
      {"a19", R"({"title":[],"size":{"a":1},"hidden":{}})"},
      {"a20", R"({"properties":{"kind":"wine","n":3,"flag":true,"list":["wine",3,null,true],"nil":null}})"},
      {"a21", R"({"properties":{"kind":"Wine","n":3.5,"flag":false,"list":[],"obj":{"kind":"deep"}}})"},
      {"a22", R"({"properties":{"kind":3,"n":"3","flag":"true","list":"wine"}})"},
      {"a23",
       R"({"properties":{"we\"ird\\k\u0001ey":"wine","a.b":"wine","$":"wine","0":"wine","é":"wine"}})"},
      {"a24",
       R"({"properties":{"when":"2026-01-02T00:00:00Z"},"privateProperties":{"https://x.y/z":"wine"}})"},
      {"a25", R"({"properties":{"when":"2026-01-02T01:00:00+01:00"},"privateProperties":{"n":3}})"},
      {"a26", R"({"properties":{"when":"2026-01-02T99:00:00Z"},"privateProperties":["n"]})"},
      {"a27", R"({"properties":{"n":9007199254740993,"big":18446744073709551615,"small":1e-300}})"},
      {"a28", R"({"properties":["kind","wine"]})"},
      {"a29", R"({"properties":{"kind":"' OR 1=1 --","n":-3,"obj":{"n":[3]}}})"},
  };
  return bodies;
}

inline std::vector<std::string> sample_fields() {
  return {"name",
          "title",
          "count",
          "size",
          "active",
          "hidden",
          "startsAt",
          "endsAt",
          "address.type",
          "address.port",
          "tags",
          "parts.state",
          "parts.weight",
          "kind",
          "properties.n",
          "flag",
          "properties.list",
          "nil",
          "obj.kind",
          "properties.obj.n",
          "properties.'we\"ird\\k\x01"
          "ey'",
          "'a.b'",
          "'$'",
          "'0'",
          "'é'",
          "when",
          "big",
          "small",
          "privateProperties.'https://x.y/z'",
          "privateProperties.n",
          "properties.\"x' OR '1'='1\""};
}

inline std::vector<protocol::query::Scalar> sample_values() {
  using namespace std::string_literals;
  return {"wine"s,
          "Wine"s,
          "WINE"s,
          "w%"s,
          "_ine"s,
          "%"s,
          ""s,
          "w*ne [x] 50%_"s,
          "%*%"s,
          "%[x]%"s,
          "_"s,
          "__"s,
          "貿"s,
          "易"s,
          "貿_"s,
          "red"s,
          "green"s,
          "up"s,
          "HttpData"s,
          "Http"s,
          "' OR 1=1 --"s,
          "3"s,
          "true"s,
          "\\"s,
          "2026-01-02T00:00:00Z"s,
          "2026-01-02T01:00:00+01:00"s,
          "2026-01-02T00:00:00.25Z"s,
          "2026-01-02T99:00:00Z"s,
          std::int64_t{3},
          std::int64_t{-7},
          std::int64_t{0},
          std::int64_t{1767312000000},
          std::int64_t{9007199254740993},
          std::int64_t{1000000000000000000},
          3.0,
          3.5,
          2.5,
          1e300,
          true,
          false};
}

inline bool takes_no_value(Operator op) {
  return op == Operator::is_null || op == Operator::is_not_null;
}
inline bool takes_many(Operator op) {
  return op == Operator::in || op == Operator::not_in;
}

inline std::vector<Operator> all_operators() {
  std::vector<Operator> operators;
  for (int i = 0; i <= static_cast<int>(Operator::is_not_null); ++i)
    operators.push_back(static_cast<Operator>(i));
  return operators;
}

/// Every criterion that can be made of the samples; lists of values for `in`.
inline std::vector<protocol::query::Predicate> all_criteria(const std::string& field) {
  std::vector<protocol::query::Predicate> criteria;
  const auto values = sample_values();
  for (auto op : all_operators()) {
    if (takes_no_value(op)) {
      criteria.push_back(where(field, op, {}));
      continue;
    }
    for (const auto& value : values) criteria.push_back(where(field, op, {value}));
    if (takes_many(op)) criteria.push_back(where(field, op, values));
  }
  return criteria;
}

/// What `matches` itself leaves to the store: whether one value of a list is a list (`contains`).
inline bool is_ambiguous(const protocol::query::Criterion& criterion) {
  return criterion.op == Operator::contains &&
         (criterion.field == "tags" || criterion.field.starts_with("parts."));
}

}  // namespace kontor::platform::store::contract
