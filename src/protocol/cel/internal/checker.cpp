#include "protocol/cel/internal/checker.hpp"

#include <algorithm>

#include "base/text/text.hpp"
#include "protocol/cel/internal/substitution.hpp"

namespace kontor::protocol::cel::syntax {
namespace {

template <class... Args>
std::unexpected<Error> wrong(Position at, fmt::format_string<Args...> text, Args&&... args) {
  return error_at(at, ErrorCode::invalid_input, text, std::forward<Args>(args)...);
}

std::string joined(const std::vector<Type>& types) {
  std::vector<std::string> texts;
  for (const auto& type : types) texts.push_back(to_text(type));
  return text::join(texts, ", ");
}

bool is_key(Kind kind) {
  return kind == Kind::boolean || kind == Kind::int64 || kind == Kind::uint64 || kind == Kind::string ||
         kind == Kind::dyn || kind == Kind::parameter;
}

class Checker {
 public:
  Checker(const Environment& environment, const FunctionTable& functions)
      : environment_(environment), functions_(functions) {}

  Result<Type> whole(const Expression& expression) {
    auto type = of(expression);
    if (!type) return type;
    if (!types_.assignable(*type, environment_.result)) {
      return wrong(expression.at, "the expression must yield {}, this one yields {}",
                   to_text(environment_.result), to_text(types_.apply(*type, true)));
    }
    auto final = types_.apply(*type, true);
    if (types_.exhausted()) {
      return error_at(expression.at, ErrorCode::too_large, "the types of this expression are too intricate");
    }
    return final;
  }

 private:
  Result<Type> of(const Expression& expression) {
    return std::visit([&](const auto& form) { return of(expression, form); }, expression.form);
  }

  Result<Type> of(const Expression&, const Constant& constant) {
    const auto* denoted = constant.value.if_type();
    return denoted ? Type::type(*denoted) : Type(constant.value.kind());
  }

  Result<Type> of(const Expression& expression, const Name& name) {
    std::vector<std::string> known;
    for (const auto& variable : environment_.variables) known.push_back(variable.name);
    return wrong(expression.at, "'{}' is not declared; there is {}", text::for_log(name.text, 64),
                 known.empty() ? "no variable" : text::join(known, ", "));
  }

  Result<Type> of(const Expression&, const VariableRef& variable) {
    return environment_.variables[variable.index].type;
  }

  Result<Type> of(const Expression&, const Local& local) { return types_.apply(locals_[local.slot]); }

  Result<Type> of(const Expression& expression, const Select& select) {
    auto target = of(expression.operands.front());
    if (!target) return target;
    const auto type = types_.apply(*target);
    if (type.kind == Kind::parameter) (void)types_.assignable(Kind::dyn, type);
    const bool unknown = type.kind == Kind::dyn || type.kind == Kind::parameter;
    if (!unknown && type.kind != Kind::map) {
      return wrong(expression.at, "{} has no fields, so no '{}'", to_text(types_.apply(type, true)),
                   text::for_log(select.field, 64));
    }
    if (select.test) return Kind::boolean;
    return unknown ? Type() : type.of[1];
  }

  Result<Type> of(const Expression& expression, const Index&) {
    auto operands = of_all(expression.operands);
    if (!operands) return fail(std::move(operands.error()));
    const auto target = types_.apply((*operands)[0]);
    const auto& index = (*operands)[1];
    if (target.kind == Kind::dyn || target.kind == Kind::parameter) return Kind::dyn;
    const bool list = target.kind == Kind::list && types_.assignable(index, Kind::int64);
    const bool map = target.kind == Kind::map && types_.assignable(index, target.of[0]);
    if (list || map) return types_.apply(target.of.back());
    return wrong(expression.at, "{} takes no {} as index", to_text(types_.apply(target, true)),
                 to_text(types_.apply(index, true)));
  }

  Result<Type> of(const Expression& expression, const Call& call) {
    auto operands = of_all(expression.operands);
    if (!operands) return fail(std::move(operands.error()));
    std::optional<Type> result;
    for (const auto* overload : call.overloads) {
      auto candidate = called(*overload, *operands);
      if (!candidate) continue;
      if (result && *result != *candidate) candidate = Type();
      result = std::move(candidate);
    }
    if (result) return std::move(*result);
    for (auto& operand : *operands) operand = types_.apply(operand, true);
    return wrong(expression.at, "{}", no_overload(call, *operands));
  }

  /// The result's type where the operands fit the parameters.
  std::optional<Type> called(const Function& overload, const std::vector<Type>& operands) {
    std::map<std::string, Type> names;
    auto parameters = overload.parameters;
    for (auto& parameter : parameters) parameter = types_.instantiate(parameter, names);
    if (!types_.assignable(operands, parameters)) return std::nullopt;
    return types_.apply(types_.instantiate(overload.result, names));
  }

  std::string no_overload(const Call& call, const std::vector<Type>& operands) const {
    const auto known = functions_.find(call.function);
    const auto name = text::for_log(call.function, 64);
    if (known.empty()) return fmt::format("there is no function '{}'", name);
    std::vector<std::string> signatures;
    for (const auto* function : known) signatures.push_back(signature(*function));
    return fmt::format("'{}' does not take ({}); there is {}", name, joined(operands),
                       text::join(signatures, ", "));
  }

  Result<Type> of(const Expression& expression, const Logical& logical) {
    for (const auto& operand : expression.operands) {
      if (auto done = boolean(operand, logical.conjunction ? "&&" : "||"); !done)
        return fail(std::move(done.error()));
    }
    return Kind::boolean;
  }

  Result<Type> of(const Expression& expression, const Conditional&) {
    if (auto done = boolean(expression.operands[0], "?:"); !done) return fail(std::move(done.error()));
    auto branches = of_all(std::span(expression.operands).subspan(1));
    if (!branches) return fail(std::move(branches.error()));
    const auto& chosen = (*branches)[0];
    const auto& other = (*branches)[1];
    if (!types_.assignable(chosen, other)) {
      return wrong(expression.at, "?: has branches of different types, {} and {}",
                   to_text(types_.apply(chosen, true)), to_text(types_.apply(other, true)));
    }
    return types_.apply(types_.join(chosen, other));
  }

  Result<Type> of(const Expression& expression, const ListLiteral&) {
    auto element = joined_type(expression.operands, 0, 1);
    if (!element) return element;
    return Type::list(std::move(*element));
  }

  Result<Type> of(const Expression& expression, const MapLiteral&) {
    auto key = joined_type(expression.operands, 0, 2);
    if (!key) return key;
    if (!is_key(key->kind)) return wrong(expression.at, "a map's key is never {}", to_text(*key));
    auto value = joined_type(expression.operands, 1, 2);
    if (!value) return value;
    return Type::map(std::move(*key), std::move(*value));
  }

  /// The type that every `step`th operand has, dyn where they differ, unknown where there are none.
  Result<Type> joined_type(std::span<const Expression> operands, std::size_t first, std::size_t step) {
    if (operands.empty()) return types_.fresh();
    std::optional<Type> common;
    for (std::size_t i = first; i < operands.size(); i += step) {
      auto type = of(operands[i]);
      if (!type) return type;
      common = common ? types_.join(*common, *type) : *type;
    }
    return types_.apply(*common);
  }

  Result<Type> of(const Expression& expression, const Comprehension& comprehension) {
    auto range = of(expression.operands.front());
    if (!range) return range;
    const auto type = types_.apply(*range);
    if (type.kind != Kind::list && type.kind != Kind::map && type.kind != Kind::dyn &&
        type.kind != Kind::parameter) {
      return wrong(expression.at, "a macro goes through a list or a map, not through {}", to_text(type));
    }
    declare(comprehension, type);
    return of_body(expression, comprehension);
  }

  void declare(const Comprehension& comprehension, const Type& range) {
    const bool two = !comprehension.second.empty();
    locals_.resize(std::max(locals_.size(), comprehension.slot + 2));
    auto& first = locals_[comprehension.slot] = Type();
    auto& second = locals_[comprehension.slot + 1] = Type();
    if (range.kind == Kind::map) {
      first = range.of[0];
      second = range.of[1];
    } else if (range.kind == Kind::list) {
      first = two ? Type(Kind::int64) : range.of[0];
      second = range.of[0];
    }
  }

  Result<Type> of_body(const Expression& expression, const Comprehension& comprehension) {
    const auto variable = locals_[comprehension.slot];
    const auto body = std::span(expression.operands).subspan(1);
    const bool transforms =
        comprehension.macro == Macro::transform_list || comprehension.macro == Macro::transform_map;
    if (!transforms || body.size() == 2) {
      if (auto done = boolean(body.front(), "a macro's condition"); !done)
        return fail(std::move(done.error()));
    }
    if (comprehension.macro == Macro::filter) return Type::list(types_.apply(variable));
    if (!transforms) return Kind::boolean;
    auto value = of(body.back());
    if (!value) return value;
    if (comprehension.macro == Macro::transform_list) return Type::list(std::move(*value));
    return Type::map(types_.apply(variable), std::move(*value));
  }

  Result<void> boolean(const Expression& operand, std::string_view of_what) {
    auto type = of(operand);
    if (!type) return fail(std::move(type.error()));
    if (types_.assignable(*type, Kind::boolean)) return {};
    return wrong(operand.at, "{} takes bool, not {}", of_what, to_text(types_.apply(*type, true)));
  }

  Result<std::vector<Type>> of_all(std::span<const Expression> operands) {
    std::vector<Type> types;
    types.reserve(operands.size());
    for (const auto& operand : operands) {
      auto type = of(operand);
      if (!type) return fail(std::move(type.error()));
      types.push_back(std::move(*type));
    }
    return types;
  }

  const Environment& environment_;
  const FunctionTable& functions_;
  Substitution types_;
  std::vector<Type> locals_;
};

}  // namespace

Result<Type> check(const Expression& expression, const Environment& environment,
                   const FunctionTable& functions) {
  return Checker(environment, functions).whole(expression);
}

}  // namespace kontor::protocol::cel::syntax
