#include "protocol/query/query_spec.hpp"

#include "base/text/text.hpp"

namespace kontor::protocol::query {
namespace {

/// Who asks for all there is comes again for each page, and each time costs a token and its check.
constexpr std::uint32_t offers_on_a_page = 100;

constexpr json::EnumNames<Operator, 16> operator_names{{{Operator::equal, "="},
                                                        {Operator::not_equal, "!="},
                                                        {Operator::less, "<"},
                                                        {Operator::less_or_equal, "<="},
                                                        {Operator::greater, ">"},
                                                        {Operator::greater_or_equal, ">="},
                                                        {Operator::like, "like"},
                                                        {Operator::not_like, "not like"},
                                                        {Operator::ilike, "ilike"},
                                                        {Operator::in, "in"},
                                                        {Operator::not_in, "not in"},
                                                        {Operator::contains, "contains"},
                                                        {Operator::starts_with, "starts with"},
                                                        {Operator::ends_with, "ends with"},
                                                        {Operator::is_null, "is null"},
                                                        {Operator::is_not_null, "is not null"}}};

/// A member under its term, its compact or its full name.
std::optional<json::Node> member(const json::ObjectReader& in, std::string_view term) {
  for (std::string_view prefix : {"", "edc:", "https://w3id.org/edc/v0.0.1/ns/"}) {
    if (auto found = in.member(std::string(prefix) + std::string(term))) return found;
  }
  return std::nullopt;
}

/// `{"@value": x}` is x, and so is `[{"@value": x}]`.
const json::Value& unwrapped(const json::Value& value) {
  const auto* literal = json::find(value, "@value");
  return literal ? *literal : value;
}

Result<Scalar> scalar(const json::Node& node) {
  const auto& value = unwrapped(node.value());
  if (const auto* text = value.if_string()) return Scalar(std::string(*text));
  if (const auto* flag = value.if_bool()) return Scalar(*flag);
  if (const auto* number = value.if_int64()) return Scalar(*number);
  if (value.is_number()) return Scalar(value.to_number<double>());
  return invalid(node.pointer(), "must be a string, a number, a boolean or a list of them");
}

Result<Operator> operator_at(const json::Node& node) {
  std::string text;
  if (auto done = read(node, text); !done) return fail(std::move(done.error()));
  auto name = text::to_lower(text::trim(text));
  if (name == "==") name = "=";
  if (auto op = operator_names.value(name)) return *op;
  return invalid(node.pointer(), "'{}' is no operator; known are = != < <= > >= like ilike in contains",
                 text::for_log(text, 64));
}

Result<void> read_values(const json::Node& node, Criterion& out) {
  const bool many = out.op == Operator::in || out.op == Operator::not_in;
  const auto* array = node.value().if_array();
  if (many && !array) return invalid(node.pointer(), "must be a list for '{}'", operator_names.name(out.op));
  if (!array) {
    auto value = scalar(node);
    if (!value) return fail(std::move(value.error()));
    out.values.push_back(std::move(*value));
    return {};
  }
  if (!many && array->size() != 1) return invalid(node.pointer(), "must be one value");
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto value = scalar(node.element(i, (*array)[i]));
    if (!value) return fail(std::move(value.error()));
    out.values.push_back(std::move(*value));
  }
  return {};
}

Result<void> read_sort(const json::ObjectReader& in, Query& out) {
  Sort sort;
  if (auto field = member(in, "sortField"); field && !field->value().is_null()) {
    if (auto done = read(*field, sort.field); !done) return done;
  }
  if (auto order = member(in, "sortOrder"); order && !order->value().is_null()) {
    constexpr json::EnumNames<bool, 2> orders{{{false, "ASC"}, {true, "DESC"}}};
    if (auto done = json::read_enum(*order, orders, sort.descending); !done) return done;
  }
  if (!sort.field.empty()) out.sort.push_back(std::move(sort));
  return {};
}

Result<void> read_filter(const json::Node& node, Query& out) {
  std::vector<Predicate> terms;
  const auto add = [&](const json::Node& place) -> Result<void> {
    Predicate term;
    term.kind = Predicate::Kind::criterion;
    if (auto done = read(place, term.criterion); !done) return done;
    terms.push_back(std::move(term));
    return {};
  };
  if (node.shape()) node.shape()->one_or_many();
  const auto* array = node.value().if_array();
  if (node.shape() && !array) return add(node.element(0, node.value()));
  if (array) {
    if (array->size() > Limits{}.criteria_max) return invalid(node.pointer(), "too many criteria");
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (auto done = add(node.element(i, (*array)[i])); !done) return done;
    }
  } else if (auto done = add(node); !done) {
    return done;
  }
  out.where = all_of(std::move(terms));
  return {};
}

/// Read by hand below, because each may stand in a list of one; a value may have any type.
void describe_criterion(json::Shape& shape) {
  for (const char* name : {"operandLeft", "operator"}) {
    shape.member(name).type("string");
    shape.require(name);
  }
  for (const char* type : {"string", "number", "boolean", "array"}) shape.member("operandRight").type(type);
}

}  // namespace

Result<void> read(const json::Node& node, Criterion& out) {
  if (node.shape()) describe_criterion(*node.shape());
  json::ObjectReader in(node);
  if (auto done = in.done(); !done) return done;
  if (const auto* type = in.object()->if_contains("@type"); type && !type->is_string() && !type->is_array())
    return invalid(node.pointer() + "/@type", "must be a string");
  const auto left = member(in, "operandLeft");
  const auto op = member(in, "operator");
  const auto right = member(in, "operandRight");
  if (!left) return invalid(node.pointer() + "/operandLeft", "is required");
  if (!op) return invalid(node.pointer() + "/operator", "is required");
  const auto& name = unwrapped(left->value());
  if (!name.is_string() || name.get_string().empty())
    return invalid(left->pointer(), "must be a non-empty string");
  out.field = name.get_string();
  out.values.clear();
  auto known = operator_at(json::Node(unwrapped(op->value()), op->pointer()));
  if (!known) return fail(std::move(known.error()));
  out.op = *known;
  if (out.op == Operator::is_null || out.op == Operator::is_not_null) return {};
  if (!right) return invalid(node.pointer() + "/operandRight", "is required");
  return read_values(*right, out);
}

json::Value write(const Criterion& criterion) {
  const auto to_json = [](const Scalar& value) {
    return std::visit([](const auto& plain) -> json::Value { return json::write(plain); }, value);
  };
  json::ObjectWriter out;
  out.field("@type", "Criterion").field("operandLeft", criterion.field);
  out.field("operator", operator_names.name(criterion.op));
  if (criterion.op == Operator::in || criterion.op == Operator::not_in) {
    json::Array values;
    for (const auto& value : criterion.values) values.push_back(to_json(value));
    out.field("operandRight", json::Value(std::move(values)));
  } else if (!criterion.values.empty()) {
    out.field("operandRight", to_json(criterion.values.front()));
  }
  return out.done();
}

Result<void> read(const json::Node& node, Query& out) {
  json::ObjectReader in(node);
  if (auto done = in.done(); !done) return done;
  if (auto offset = member(in, "offset"); offset && !offset->value().is_null()) {
    if (auto done = read(*offset, out.offset); !done) return done;
  }
  if (auto limit = member(in, "limit"); limit && !limit->value().is_null()) {
    if (auto done = read(*limit, out.limit); !done) return done;
    if (out.limit == 0 || out.limit > Limits{}.page_max) {
      return invalid(limit->pointer(), "must be between 1 and {}", Limits{}.page_max);
    }
  }
  if (auto done = read_sort(in, out); !done) return done;
  if (auto filter = member(in, "filterExpression"); filter && !filter->value().is_null()) {
    if (auto done = read_filter(*filter, out); !done) return done;
  }
  return check(out);
}

Result<json::Value> write_query_spec(const Query& query) {
  json::Array criteria;
  bool sayable = !query.after && query.sort.size() <= 1;
  if (query.where.kind == Predicate::Kind::criterion) {
    criteria.push_back(write(query.where.criterion));
  } else {
    sayable = sayable && query.where.kind == Predicate::Kind::all;
    for (const auto& term : query.where.terms) {
      sayable = sayable && term.kind == Predicate::Kind::criterion;
      criteria.push_back(write(term.criterion));
    }
  }
  if (!sayable)
    return invalid("", "a QuerySpec cannot say this query: only criteria that must all hold, one sort field");
  json::ObjectWriter out;
  out.field("@type", "QuerySpec").field("offset", query.offset).field("limit", query.limit);
  if (!query.sort.empty()) {
    out.field("sortField", query.sort.front().field);
    out.field("sortOrder", query.sort.front().descending ? "DESC" : "ASC");
  }
  if (!criteria.empty()) out.field("filterExpression", json::Value(std::move(criteria)));
  return out.done();
}

Result<Query> read_catalog_filter(const std::vector<json::Value>& filter) {
  Query query;
  if (filter.empty()) {
    query.limit = offers_on_a_page;
    return query;
  }
  if (filter.size() > 1) return invalid("/filter", "only one QuerySpec is supported");
  if (auto done = read(json::Node(filter.front(), "/filter/0"), query); !done)
    return fail(std::move(done.error()));
  return query;
}

}  // namespace kontor::protocol::query
