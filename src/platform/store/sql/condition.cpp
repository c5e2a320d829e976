#include "platform/store/sql/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/text/text.hpp"
#include "base/time/time.hpp"

namespace kontor::platform::store::sql {
namespace {

using protocol::query::Criterion;
using protocol::query::Operator;
using protocol::query::Predicate;
using protocol::query::Scalar;

constexpr std::string_view never = "FALSE";

bool is_negative(Operator op) {
  return op == Operator::not_equal || op == Operator::not_in || op == Operator::not_like;
}

std::string_view comparison(Operator op) {
  switch (op) {
    case Operator::less:
      return "<";
    case Operator::less_or_equal:
      return "<=";
    case Operator::greater:
      return ">";
    case Operator::greater_or_equal:
      return ">=";
    case Operator::equal:
    case Operator::not_equal:
    case Operator::like:
    case Operator::not_like:
    case Operator::ilike:
    case Operator::in:
    case Operator::not_in:
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::is_null:
    case Operator::is_not_null:
      return "=";
  }
  return "=";
}

/// As `matches` reads a text that may be a date and time.
std::optional<Instant> instant_in(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[10] != 'T') return std::nullopt;
  auto instant = parse_instant(text);
  if (!instant) return std::nullopt;
  return *instant;
}

/// Whole milliseconds, rounded down as `epoch_milliseconds` does.
std::string milliseconds(const std::string& instant) {
  return fmt::format("(({0} - ((({0} % 1000) + 1000) % 1000)) / 1000)", instant);
}

std::string any(const std::vector<std::string>& terms) {
  if (terms.empty()) return std::string(never);
  return fmt::format("({})", fmt::join(terms, " OR "));
}

/// Builds the test of one value, given its forms.
class ValueTest {
 public:
  ValueTest(const Criterion& criterion, const Dialect& dialect, Parameters& parameters)
      : criterion_(criterion), dialect_(dialect), parameters_(parameters) {}

  /// Whether the value passes; a negative operator's positive counterpart.
  std::string of(const Forms& forms) {
    switch (criterion_.op) {
      case Operator::like:
      case Operator::not_like:
        return like(forms, false);
      case Operator::ilike:
        return like(forms, true);
      case Operator::contains:
        return part(forms, &Dialect::contains);
      case Operator::starts_with:
        return part(forms, &Dialect::starts_with);
      case Operator::ends_with:
        return part(forms, &Dialect::ends_with);
      case Operator::equal:
      case Operator::not_equal:
      case Operator::in:
      case Operator::not_in:
        return equal(forms);
      case Operator::less:
      case Operator::less_or_equal:
      case Operator::greater:
      case Operator::greater_or_equal:
        return ordered(forms);
      case Operator::is_null:
      case Operator::is_not_null:
        break;
    }
    return std::string(never);
  }

  std::string equal(const Forms& forms) {
    if (criterion_.values.size() == 1) return ordered(forms);
    Lists lists;
    for (const auto& value : criterion_.values) add(value, forms, lists);
    std::vector<std::string> terms;
    const auto in = [&](const std::string& expression, const std::vector<std::string>& values) {
      if (!values.empty()) terms.push_back(fmt::format("{} IN ({})", expression, fmt::join(values, ", ")));
    };
    if (forms.text) in(*forms.text, lists.texts);
    if (forms.number) in(*forms.number, lists.numbers);
    if (forms.boolean) in(*forms.boolean, lists.booleans);
    if (forms.instant) {
      in(*forms.instant, lists.instants);
      in(milliseconds(*forms.instant), lists.milliseconds);
    }
    return any(terms);
  }

 private:
  struct Lists {
    std::vector<std::string> texts, numbers, booleans, instants, milliseconds;
  };

  std::string bind(Value value, Form form) {
    return dialect_.parameter(parameters_.add(std::move(value)), form);
  }

  /// A text that is an instant in no value's spelling but its own still equals itself.
  void add(const Scalar& value, const Forms& forms, Lists& lists) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      if (forms.text) lists.texts.push_back(bind(*text, Form::text));
      const auto instant = forms.instant ? instant_in(*text) : std::nullopt;
      if (instant) lists.instants.push_back(bind(instant->time_since_epoch().count(), Form::instant));
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      if (forms.boolean) lists.booleans.push_back(bind(*flag, Form::boolean));
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      if (forms.number) lists.numbers.push_back(bind(*integer, Form::number));
      if (forms.instant) lists.milliseconds.push_back(bind(*integer, Form::instant));
    } else if (const double number = std::get<double>(value); forms.number && std::isfinite(number)) {
      lists.numbers.push_back(bind(number, Form::number));
    }
  }

  std::string compare(const std::string& expression, Value value, Form form) {
    return fmt::format("{} {} {}", expression, comparison(criterion_.op), bind(std::move(value), form));
  }

  std::string ordered(const Forms& forms) {
    const auto& wanted = criterion_.values.front();
    if (const auto* text = std::get_if<std::string>(&wanted)) return ordered_text(forms, *text);
    if (const auto* flag = std::get_if<bool>(&wanted)) {
      return forms.boolean ? compare(*forms.boolean, *flag, Form::boolean) : std::string(never);
    }
    std::vector<std::string> terms;
    if (const auto* integer = std::get_if<std::int64_t>(&wanted)) {
      if (forms.number) terms.push_back(compare(*forms.number, *integer, Form::number));
      if (forms.instant) terms.push_back(within_millisecond(*forms.instant, *integer));
    } else if (const double number = std::get<double>(wanted); forms.number && std::isfinite(number)) {
      terms.push_back(compare(*forms.number, number, Form::number));
    }
    return any(terms);
  }

  /// A number is a whole millisecond, an instant a microsecond in one: compared with the ends of the
  /// millisecond, so that an index can answer.
  std::string within_millisecond(const std::string& instant, std::int64_t wanted) {
    constexpr std::int64_t most = INT64_MAX / 1000 - 1;
    const auto begin = std::clamp(wanted, -most, most) * 1000;
    const auto compared = [&](std::string_view sign, std::int64_t end) {
      return fmt::format("{} {} {}", instant, sign, bind(end, Form::instant));
    };
    switch (criterion_.op) {
      case Operator::less:
        return compared("<", begin);
      case Operator::less_or_equal:
        return compared("<", begin + 1000);
      case Operator::greater:
        return compared(">=", begin + 1000);
      case Operator::greater_or_equal:
        return compared(">=", begin);
      case Operator::equal:
      case Operator::not_equal:
      case Operator::in:
      case Operator::not_in:
      case Operator::contains:
        return fmt::format("({} AND {})", compared(">=", begin), compared("<", begin + 1000));
      case Operator::like:
      case Operator::not_like:
      case Operator::ilike:
      case Operator::starts_with:
      case Operator::ends_with:
      case Operator::is_null:
      case Operator::is_not_null:
        break;
    }
    return std::string(never);
  }

  /// Two instants are compared by time, any other two texts byte by byte.
  std::string ordered_text(const Forms& forms, const std::string& wanted) {
    const auto instant = forms.instant ? instant_in(wanted) : std::nullopt;
    if (!instant) return forms.text ? compare(*forms.text, wanted, Form::text) : std::string(never);
    auto by_time = compare(*forms.instant, instant->time_since_epoch().count(), Form::instant);
    if (!forms.text) return by_time;
    auto by_text = compare(*forms.text, wanted, Form::text);
    return fmt::format("CASE WHEN {} IS NULL THEN {} ELSE {} END", *forms.instant, by_text, by_time);
  }

  std::string like(const Forms& forms, bool ignore_case) {
    const auto* wanted = std::get_if<std::string>(&criterion_.values.front());
    if (!wanted || !forms.text) return std::string(never);
    return dialect_.is_like(*forms.text, bind(dialect_.pattern(*wanted, ignore_case), Form::text),
                            ignore_case);
  }

  using Part = std::string (Dialect::*)(const std::string&, const std::string&) const;
  std::string part(const Forms& forms, Part test) {
    const auto* wanted = std::get_if<std::string>(&criterion_.values.front());
    if (!wanted || !forms.text) return std::string(never);
    return (dialect_.*test)(*forms.text, bind(*wanted, Form::text));
  }

  const Criterion& criterion_;
  const Dialect& dialect_;
  Parameters& parameters_;
};

bool compares_whole_values(Operator op) {
  return op == Operator::equal || op == Operator::not_equal || op == Operator::in || op == Operator::not_in ||
         op == Operator::less || op == Operator::less_or_equal || op == Operator::greater ||
         op == Operator::greater_or_equal;
}

/// Whether the value is one of the field's type, so that comparing in the form of that type decides.
bool fits(const Scalar& value, entity::FieldType type, Operator op) {
  const auto* text = std::get_if<std::string>(&value);
  const bool is_integer = std::holds_alternative<std::int64_t>(value);
  switch (type) {
    case entity::FieldType::text:
      return text && (!compares_whole_values(op) || !instant_in(*text));
    case entity::FieldType::number:
      return is_integer || std::holds_alternative<double>(value);
    case entity::FieldType::boolean:
      return std::holds_alternative<bool>(value);
    case entity::FieldType::instant:
      return compares_whole_values(op) && (is_integer || (text && instant_in(*text)));
  }
  return false;
}

bool is_answered_by_index(const Criterion& criterion, const ResolvedField& field) {
  return field.indexed && std::ranges::none_of(field.path, &PathSegment::any_element) &&
         std::ranges::all_of(criterion.values,
                             [&](const auto& value) { return fits(value, field.type, criterion.op); });
}

Forms forms_of_declared(const ResolvedField& field, const std::string& expression) {
  switch (field.type) {
    case entity::FieldType::text:
      return {.text = expression};
    case entity::FieldType::number:
      return {.number = expression};
    case entity::FieldType::boolean:
      return {.boolean = expression};
    case entity::FieldType::instant:
      return {.instant = expression};
  }
  return {};
}

std::string of_indexed(const Criterion& criterion, const ResolvedField& field, const Dialect& dialect,
                       Parameters& parameters) {
  const auto expression = dialect.scalar(field);
  if (criterion.op == Operator::is_null) return fmt::format("{} IS NULL", expression);
  if (criterion.op == Operator::is_not_null) return fmt::format("{} IS NOT NULL", expression);
  auto test = ValueTest(criterion, dialect, parameters).of(forms_of_declared(field, expression));
  if (!is_negative(criterion.op)) return test;
  return fmt::format("({} IS NOT NULL AND NOT {})", expression, test);
}

/// Elements of a list count as values of the field.
std::string of_value_or_elements(const Criterion& criterion, const std::string& value, bool walks_a_list,
                                 const Dialect& dialect, Parameters& parameters) {
  ValueTest test(criterion, dialect, parameters);
  const auto element = value + "_element";
  const bool whole = criterion.op == Operator::contains;
  auto own = whole && walks_a_list ? test.equal(dialect.forms_of(value)) : test.of(dialect.forms_of(value));
  auto of_element = whole ? test.equal(dialect.forms_of(element)) : test.of(dialect.forms_of(element));
  return fmt::format("CASE WHEN {} THEN EXISTS (SELECT 1 FROM {} WHERE {}) ELSE {} END",
                     dialect.is_list(value), dialect.elements_of(value, element), of_element, own);
}

std::string of_any(const Criterion& criterion, const ResolvedField& field, const Dialect& dialect,
                   Parameters& parameters) {
  const auto found = dialect.values_at(field.path, parameters);
  const auto exists = [&](const std::string& test) {
    return fmt::format("EXISTS (SELECT 1 FROM {} WHERE {}{}{})", found.from, found.where,
                       found.where.empty() ? "" : " AND ", test);
  };
  const auto present = exists(dialect.is_present(found.value));
  if (criterion.op == Operator::is_null) return "NOT " + present;
  if (criterion.op == Operator::is_not_null) return present;
  const bool walks_a_list = std::ranges::any_of(field.path, &PathSegment::any_element);
  auto passes = exists(of_value_or_elements(criterion, found.value, walks_a_list, dialect, parameters));
  if (!is_negative(criterion.op)) return passes;
  return fmt::format("({} AND NOT {})", present, passes);
}

Result<void> check_texts(const Criterion& criterion) {
  const auto is_clean = [](std::string_view text) {
    return text.find('\0') == std::string_view::npos && text::is_utf8(text);
  };
  bool clean = is_clean(criterion.field);
  for (const auto& value : criterion.values) {
    const auto* held = std::get_if<std::string>(&value);
    clean = clean && (!held || is_clean(*held));
  }
  if (!clean) return invalid("", "'{}': not UTF-8, or with zero octets", text::for_log(criterion.field, 64));
  return {};
}

}  // namespace

Result<std::string> condition(const Predicate& predicate, const entity::Kind& kind, const Dialect& dialect,
                              Parameters& parameters) {
  if (predicate.kind == Predicate::Kind::criterion) {
    const auto& criterion = predicate.criterion;
    if (auto clean = check_texts(criterion); !clean) return fail(std::move(clean.error()));
    auto field = protocol::query::resolve(kind, criterion.field);
    if (!field) return fail(std::move(field.error()));
    return is_answered_by_index(criterion, *field) ? of_indexed(criterion, *field, dialect, parameters)
                                                   : of_any(criterion, *field, dialect, parameters);
  }
  const bool all = predicate.kind == Predicate::Kind::all;
  if (predicate.terms.empty()) return std::string(all ? "TRUE" : "FALSE");
  std::vector<std::string> terms;
  for (const auto& term : predicate.terms) {
    auto compiled = condition(term, kind, dialect, parameters);
    if (!compiled) return compiled;
    terms.push_back(std::move(*compiled));
  }
  return fmt::format("({})", fmt::join(terms, all ? " AND " : " OR "));
}

bool picks_values(const Predicate& predicate, const entity::Kind& kind) {
  if (predicate.kind == Predicate::Kind::all)
    return std::ranges::any_of(predicate.terms, [&](const auto& term) { return picks_values(term, kind); });
  const auto& criterion = predicate.criterion;
  if (predicate.kind != Predicate::Kind::criterion || criterion.op != Operator::in) return false;
  const auto field = protocol::query::resolve(kind, criterion.field);
  return field && is_answered_by_index(criterion, *field);
}

}  // namespace kontor::platform::store::sql
