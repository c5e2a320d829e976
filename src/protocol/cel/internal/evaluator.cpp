#include "protocol/cel/internal/evaluator.hpp"

#include <algorithm>

#include "base/text/text.hpp"
#include "protocol/cel/comparison.hpp"
#include "protocol/cel/internal/regex.hpp"

namespace kontor::protocol::cel::syntax {
namespace {

template <class... Args>
std::unexpected<Error> wrong(Position at, fmt::format_string<Args...> text, Args&&... args) {
  return error_at(at, ErrorCode::invalid_input, text, std::forward<Args>(args)...);
}

/// An error of something that does not know where it was called.
std::unexpected<Error> located(Position at, Error error) {
  return error_at(at, error.code, "{}", error.detail);
}

bool accepts(const Type& parameter, const Value& value) {
  if (parameter.kind == Kind::dyn || parameter.kind == Kind::parameter) return true;
  return parameter.kind == value.kind();
}

bool accepts(const Function& overload, Arguments arguments) {
  return std::ranges::equal(overload.parameters, arguments, [](const Type& parameter, const Value& value) {
    return accepts(parameter, value);
  });
}

class Evaluator {
 public:
  Evaluator(const Activation& activation, std::size_t slots, Meter& meter)
      : activation_(activation), locals_(slots), meter_(meter) {}

  Result<Value> of(const Expression& expression) {
    if (auto paid = meter_.spend(1); !paid) return located(expression.at, std::move(paid.error()));
    return std::visit([&](const auto& form) { return of(expression, form); }, expression.form);
  }

 private:
  Result<Value> of(const Expression&, const Constant& constant) { return constant.value; }

  Result<Value> of(const Expression& expression, const Name& name) {
    return wrong(expression.at, "'{}' is not declared", text::for_log(name.text, 64));
  }

  Result<Value> of(const Expression& expression, const VariableRef& variable) {
    const auto found = activation_.find(variable.name);
    if (found == activation_.end()) return wrong(expression.at, "'{}' has no value here", variable.name);
    return found->second;
  }

  Result<Value> of(const Expression&, const Local& local) { return locals_[local.slot]; }

  Result<Value> of(const Expression& expression, const Select& select) {
    auto target = of(expression.operands.front());
    if (!target) return target;
    const auto* map = target->if_map();
    if (!map) {
      return wrong(expression.at, "{} has no fields, so no '{}'", name_of(target->kind()),
                   text::for_log(select.field, 64));
    }
    const auto* value = map->find(std::string_view(select.field));
    if (select.test) return value != nullptr;
    if (!value) return wrong(expression.at, "no such key: '{}'", text::for_log(select.field, 64));
    return *value;
  }

  Result<Value> of(const Expression& expression, const Index&) {
    auto operands = of_all(expression.operands);
    if (!operands) return fail(std::move(operands.error()));
    const auto& index = (*operands)[1];
    if (const auto* list = (*operands)[0].if_list()) return element(expression.at, *list, index);
    const auto* map = (*operands)[0].if_map();
    if (!map) return wrong(expression.at, "{} takes no index", name_of((*operands)[0].kind()));
    const auto value = find(*map, index, meter_);
    if (!value) return located(expression.at, value.error());
    if (!*value) return wrong(expression.at, "no such key: {}", describe(index));
    return **value;
  }

  static Result<Value> element(Position at, const List& list, const Value& index) {
    const auto size = static_cast<std::int64_t>(list.size());
    const auto below_size = compare(index, size);
    if (!below_size) return wrong(at, "a list takes no {} as index", name_of(index.kind()));
    if (!(*below_size < 0) || !(*compare(index, 0) >= 0)) {
      return wrong(at, "the index is out of range: the list has {} elements", size);
    }
    if (const auto* number = index.if_int()) return list[static_cast<std::size_t>(*number)];
    if (const auto* number = index.if_uint()) return list[*number];
    const auto whole = static_cast<std::size_t>(*index.if_double());
    if (static_cast<double>(whole) != *index.if_double()) return wrong(at, "an index has no fraction");
    return list[whole];
  }

  Result<Value> of(const Expression& expression, const Call& call) {
    if (call.pattern) return matches(expression, call);
    auto arguments = of_all(expression.operands);
    if (!arguments) return fail(std::move(arguments.error()));
    const auto overload = std::ranges::find_if(
        call.overloads, [&](const Function* candidate) { return accepts(*candidate, *arguments); });
    if (overload == call.overloads.end()) return no_overload(expression.at, call.function, *arguments);
    if (!(*overload)->call)
      return wrong(expression.at, "'{}' is declared and not implemented", call.function);
    for (const auto& name : (*overload)->context) {
      const auto found = activation_.find(name);
      arguments->push_back(found == activation_.end() ? Value() : found->second);
    }
    auto result = (*overload)->call(*arguments, meter_);
    if (!result) return located(expression.at, std::move(result.error()));
    return result;
  }

  Result<Value> matches(const Expression& expression, const Call& call) {
    auto target = of(expression.operands.front());
    if (!target) return target;
    const auto* text = target->if_string();
    if (!text) return no_overload(expression.at, call.function, std::span(&*target, 1));
    auto result = call.pattern->matches(*text, meter_);
    if (!result) return located(expression.at, std::move(result.error()));
    return *result;
  }

  static std::unexpected<Error> no_overload(Position at, const std::string& function, Arguments arguments) {
    std::vector<std::string> kinds;
    for (const auto& argument : arguments) kinds.emplace_back(name_of(argument.kind()));
    return wrong(at, "no such overload: '{}' of ({})", text::for_log(function, 64), text::join(kinds, ", "));
  }

  /// `||` and `&&` whatever the order: one operand that decides outweighs the errors of others. Without one,
  /// the first error is the answer. Beyond the budget every operand is an error.
  Result<Value> of(const Expression& expression, const Logical& logical) {
    const bool decisive = !logical.conjunction;
    std::optional<Error> first_error;
    for (const auto& operand : expression.operands) {
      auto value = boolean(operand);
      if (value && *value == decisive) return decisive;
      if (!value && !first_error) first_error = std::move(value.error());
    }
    if (first_error) return fail(std::move(*first_error));
    return !decisive;
  }

  Result<Value> of(const Expression& expression, const Conditional&) {
    auto condition = boolean(expression.operands[0]);
    if (!condition) return fail(std::move(condition.error()));
    return of(expression.operands[*condition ? 1 : 2]);
  }

  Result<Value> of(const Expression& expression, const ListLiteral&) {
    const auto size = expression.operands.size();
    if (auto paid = meter_.allocate(size * sizeof(Value)); !paid) return located(expression.at, paid.error());
    auto elements = of_all(expression.operands);
    if (!elements) return fail(std::move(elements.error()));
    return Value(std::move(*elements));
  }

  Result<Value> of(const Expression& expression, const MapLiteral&) {
    const auto size = expression.operands.size();
    if (auto paid = meter_.allocate(size * sizeof(Value)); !paid) return located(expression.at, paid.error());
    auto operands = of_all(expression.operands);
    if (!operands) return fail(std::move(operands.error()));
    std::vector<Map::Entry> entries;
    entries.reserve(size / 2);
    for (std::size_t i = 0; i < size; i += 2) {
      entries.push_back({std::move((*operands)[i]), std::move((*operands)[i + 1])});
    }
    return map_of(expression.at, std::move(entries));
  }

  Result<Value> map_of(Position at, std::vector<Map::Entry> entries) {
    auto map = make_map(std::move(entries), meter_);
    if (!map) return located(at, std::move(map.error()));
    return Value(std::move(*map));
  }

  Result<bool> boolean(const Expression& expression) {
    auto value = of(expression);
    if (!value) return fail(std::move(value.error()));
    if (const auto* flag = value->if_bool()) return *flag;
    return wrong(expression.at, "no such overload: bool is needed here, this is {}", name_of(value->kind()));
  }

  Result<std::vector<Value>> of_all(std::span<const Expression> operands) {
    std::vector<Value> values;
    values.reserve(operands.size());
    for (const auto& operand : operands) {
      auto value = of(operand);
      if (!value) return fail(std::move(value.error()));
      values.push_back(std::move(*value));
    }
    return values;
  }

  Result<Value> of(const Expression& expression, const Comprehension& comprehension) {
    auto range = of(expression.operands.front());
    if (!range) return range;
    if (!range->if_list() && !range->if_map()) {
      return wrong(expression.at, "no such overload: a macro goes through a list or a map, not through {}",
                   name_of(range->kind()));
    }
    switch (comprehension.macro) {
      case Macro::all:
      case Macro::exists:
        return quantified(expression, comprehension, *range);
      case Macro::exists_one:
        return counted(expression, comprehension, *range);
      case Macro::filter:
      case Macro::transform_list:
        return list_made(expression, comprehension, *range);
      case Macro::transform_map:
        return map_made(expression, comprehension, *range);
    }
    return range;
  }

  static std::size_t size_of(const Value& range) {
    return range.if_list() ? range.if_list()->size() : range.if_map()->size();
  }

  /// Gives the macro's variables the values of one turn; answers that of the first.
  const Value& turn(const Comprehension& comprehension, const Value& range, std::size_t i) {
    const bool two = !comprehension.second.empty();
    auto& first = locals_[comprehension.slot];
    if (const auto* list = range.if_list()) {
      first = two ? Value(static_cast<std::int64_t>(i)) : (*list)[i];
      if (two) locals_[comprehension.slot + 1] = (*list)[i];
    } else {
      const auto& entry = range.if_map()->entries()[i];
      first = entry.key;
      if (two) locals_[comprehension.slot + 1] = entry.value;
    }
    return first;
  }

  /// `all` is an `&&` over the turns, `exists` an `||`.
  Result<Value> quantified(const Expression& expression, const Comprehension& comprehension,
                           const Value& range) {
    const bool decisive = comprehension.macro == Macro::exists;
    std::optional<Error> first_error;
    for (std::size_t i = 0; i < size_of(range); ++i) {
      turn(comprehension, range, i);
      auto holds = boolean(expression.operands[1]);
      if (!holds && meter_.exhausted()) return fail(std::move(holds.error()));
      if (holds && *holds == decisive) return decisive;
      if (!holds && !first_error) first_error = std::move(holds.error());
    }
    if (first_error) return fail(std::move(*first_error));
    return !decisive;
  }

  Result<Value> counted(const Expression& expression, const Comprehension& comprehension,
                        const Value& range) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < size_of(range); ++i) {
      turn(comprehension, range, i);
      auto holds = boolean(expression.operands[1]);
      if (!holds) return fail(std::move(holds.error()));
      if (*holds) ++count;
    }
    return count == 1;
  }

  /// Whether this turn counts: with a condition beside the transformed value, if that holds.
  Result<bool> chosen(const Expression& expression, const Comprehension& comprehension) {
    if (comprehension.macro != Macro::filter && expression.operands.size() == 2) return true;
    return boolean(expression.operands[1]);
  }

  Result<Value> list_made(const Expression& expression, const Comprehension& comprehension,
                          const Value& range) {
    List list;
    for (std::size_t i = 0; i < size_of(range); ++i) {
      const auto& element = turn(comprehension, range, i);
      auto wanted = chosen(expression, comprehension);
      if (!wanted) return fail(std::move(wanted.error()));
      if (!*wanted) continue;
      auto value =
          comprehension.macro == Macro::filter ? Result<Value>(element) : of(expression.operands.back());
      if (!value) return value;
      if (auto paid = meter_.allocate(sizeof(Value)); !paid) return located(expression.at, paid.error());
      list.push_back(std::move(*value));
    }
    return list;
  }

  Result<Value> map_made(const Expression& expression, const Comprehension& comprehension,
                         const Value& range) {
    std::vector<Map::Entry> entries;
    for (std::size_t i = 0; i < size_of(range); ++i) {
      const auto& key = turn(comprehension, range, i);
      auto wanted = chosen(expression, comprehension);
      if (!wanted) return fail(std::move(wanted.error()));
      if (!*wanted) continue;
      auto value = of(expression.operands.back());
      if (!value) return value;
      if (auto paid = meter_.allocate(sizeof(Map::Entry)); !paid) return located(expression.at, paid.error());
      entries.push_back({key, std::move(*value)});
    }
    return map_of(expression.at, std::move(entries));
  }

  const Activation& activation_;
  std::vector<Value> locals_;
  Meter& meter_;
};

}  // namespace

Result<Value> evaluate(const Expression& expression, const Activation& activation, std::size_t slots,
                       Meter& meter) {
  return Evaluator(activation, slots, meter).of(expression);
}

}  // namespace kontor::protocol::cel::syntax
