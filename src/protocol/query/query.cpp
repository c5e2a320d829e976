#include "protocol/query/query.hpp"

#include <utility>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"

namespace kontor::protocol::query {
namespace {

bool takes_no_value(Operator op) {
  return op == Operator::is_null || op == Operator::is_not_null;
}
bool takes_many(Operator op) {
  return op == Operator::in || op == Operator::not_in;
}

Predicate join(Predicate::Kind kind, std::vector<Predicate> terms) {
  Predicate joined;
  joined.kind = kind;
  for (auto& term : terms) {
    if (term.kind == kind) {
      for (auto& inner : term.terms) joined.terms.push_back(std::move(inner));
    } else {
      joined.terms.push_back(std::move(term));
    }
  }
  if (joined.terms.size() == 1) {
    auto only = std::move(joined.terms.front());
    return only;
  }
  return joined;
}

struct Checker {
  const Limits& limits;
  std::size_t criteria = 0;

  Result<void> criterion(const Criterion& criterion) {
    if (++criteria > limits.criteria_max) return invalid("", "more than {} criteria", limits.criteria_max);
    if (criterion.field.empty()) return invalid("", "a criterion names no field");
    if (criterion.field.size() > limits.field_bytes_max) {
      return invalid("", "a field's name is longer than {} bytes", limits.field_bytes_max);
    }
    const auto count = criterion.values.size();
    if (takes_no_value(criterion.op) && count != 0)
      return invalid("", "'{}': IS NULL takes no value", criterion.field);
    if (takes_many(criterion.op) && count == 0)
      return invalid("", "'{}': an empty list of values", criterion.field);
    if (count > limits.values_max)
      return invalid("", "'{}': more than {} values", criterion.field, limits.values_max);
    if (!takes_no_value(criterion.op) && !takes_many(criterion.op) && count != 1) {
      return invalid("", "'{}': this operator takes one value", criterion.field);
    }
    for (const auto& value : criterion.values) {
      const auto* text = std::get_if<std::string>(&value);
      if (text && text->size() > limits.value_bytes_max) {
        return invalid("", "'{}': a value is longer than {} bytes", criterion.field, limits.value_bytes_max);
      }
    }
    return {};
  }

  Result<void> predicate(const Predicate& predicate, std::size_t depth) {
    if (predicate.kind == Predicate::Kind::criterion) return criterion(predicate.criterion);
    if (depth >= limits.depth_max) return invalid("", "nested deeper than {} levels", limits.depth_max);
    for (const auto& term : predicate.terms) {
      if (auto done = this->predicate(term, depth + 1); !done) return done;
    }
    return {};
  }
};

json::Value scalar_to_json(const Scalar& scalar) {
  return std::visit([](const auto& value) -> json::Value { return json::write(value); }, scalar);
}

std::optional<Scalar> scalar_from_json(const json::Value& value) {
  if (const auto* text = value.if_string()) return Scalar(std::string(*text));
  if (const auto* flag = value.if_bool()) return Scalar(*flag);
  if (const auto* number = value.if_int64()) return Scalar(*number);
  if (value.is_number()) return Scalar(value.to_number<double>());
  return std::nullopt;
}

}  // namespace

Predicate where(std::string field, Operator op, std::vector<Scalar> values) {
  Predicate predicate;
  predicate.kind = Predicate::Kind::criterion;
  predicate.criterion = {std::move(field), op, std::move(values)};
  return predicate;
}

Predicate where(std::string field, Scalar equal_to) {
  std::vector<Scalar> values;
  values.push_back(std::move(equal_to));
  return where(std::move(field), Operator::equal, std::move(values));
}

Predicate all_of(std::vector<Predicate> terms) {
  return join(Predicate::Kind::all, std::move(terms));
}
Predicate any_of(std::vector<Predicate> terms) {
  return join(Predicate::Kind::any, std::move(terms));
}

Result<void> check(const Query& query, const Limits& limits) {
  if (query.limit == 0 || query.limit > limits.page_max) {
    return invalid("/limit", "must be between 1 and {}", limits.page_max);
  }
  if (query.after && query.after->keys.size() != query.sort.size()) {
    return invalid("", "the cursor does not belong to this order");
  }
  for (const auto& sort : query.sort) {
    if (sort.field.empty() || sort.field.size() > limits.field_bytes_max) {
      return invalid("/sortField", "must have between 1 and {} bytes", limits.field_bytes_max);
    }
  }
  Checker checker{limits};
  return checker.predicate(query.where, 0);
}

std::string write_cursor(const Cursor& cursor) {
  json::Array keys;
  for (const auto& key : cursor.keys) keys.push_back(key ? scalar_to_json(*key) : json::Value(nullptr));
  json::Object object;
  object.emplace("k", std::move(keys));
  object.emplace("i", cursor.id.str());
  return text::base64url_encode(bytes_of(json::serialize(object)));
}

Result<Cursor> read_cursor(std::string_view word) {
  const auto refused = [] { return invalid("", "this is no cursor of ours"); };
  auto bytes = text::base64url_decode(word);
  if (!bytes) return refused();
  auto value = json::parse(text_of(*bytes), {.bytes_max = 64 * 1024, .depth_max = 4});
  if (!value) return refused();
  const auto* keys = json::find(*value, "k");
  const auto* id = json::find(*value, "i");
  if (!keys || !keys->is_array() || !id || !id->is_string() || id->get_string().empty()) return refused();
  Cursor cursor;
  for (const auto& key : keys->get_array()) {
    auto scalar = scalar_from_json(key);
    if (!scalar && !key.is_null()) return refused();
    cursor.keys.push_back(std::move(scalar));
  }
  cursor.id = EntityId{std::string(id->get_string())};
  return cursor;
}

}  // namespace kontor::protocol::query
