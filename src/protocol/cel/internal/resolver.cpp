#include "protocol/cel/internal/resolver.hpp"

#include <algorithm>
#include <array>

#include "protocol/cel/internal/regex.hpp"

namespace kontor::protocol::cel::syntax {
namespace {

struct QualifiedName {
  std::string root;
  std::string text;
  bool absolute = false;
};

/// `a.b.c` where nothing but names is selected.
std::optional<QualifiedName> qualified(const Expression& expression) {
  if (const auto* name = std::get_if<Name>(&expression.form)) {
    return QualifiedName{name->text, name->text, name->absolute};
  }
  const auto* select = std::get_if<Select>(&expression.form);
  if (!select || select->test) return std::nullopt;
  auto name = qualified(expression.operands.front());
  if (name) name->text += "." + select->field;
  return name;
}

/// In instructions, and what each pattern costs beside its own: an expression keeps at most 100 of them.
constexpr std::size_t patterns_size_max = 20'000;
constexpr std::size_t pattern_overhead = 200;

std::optional<Kind> type_named(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Kind::type); ++i) {
    if (name_of(static_cast<Kind>(i)) == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

class Resolver {
 public:
  Resolver(const Environment& environment, const FunctionTable& functions)
      : environment_(environment), functions_(functions) {}

  Result<void> resolve(Expression& expression) {
    if (const auto name = qualified(expression)) {
      if (meaning(expression, *name)) return {};
    } else if (auto* comprehension = std::get_if<Comprehension>(&expression.form)) {
      return resolve(expression, *comprehension);
    } else if (auto* call = std::get_if<Call>(&expression.form)) {
      return resolve(expression, *call);
    }
    return resolve_all(expression.operands);
  }

  std::size_t slots() const { return slots_; }

 private:
  Result<void> resolve_all(std::span<Expression> operands) {
    for (auto& operand : operands) {
      if (auto done = resolve(operand); !done) return done;
    }
    return {};
  }

  std::optional<std::size_t> local(const QualifiedName& name) const {
    if (name.absolute) return std::nullopt;
    for (auto slot = locals_.size(); slot-- > 0;) {
      if (locals_[slot] == name.root) return slot;
    }
    return std::nullopt;
  }

  /// The name in the container, in the namespaces around it, and as it is.
  std::vector<std::string> candidates(const QualifiedName& name) const {
    std::vector<std::string> names;
    for (std::string_view space = environment_.container; !name.absolute && !space.empty();) {
      names.push_back(std::string(space) + "." + name.text);
      const auto dot = space.rfind('.');
      space = dot == space.npos ? std::string_view() : space.substr(0, dot);
    }
    names.push_back(name.text);
    return names;
  }

  /// Replaces the expression by what the whole name means; false when it means nothing as a whole.
  bool meaning(Expression& expression, const QualifiedName& name) {
    if (const auto slot = local(name)) {
      if (name.text != name.root) return false;
      expression.form = Local{*slot};
      return true;
    }
    for (const auto& candidate : candidates(name)) {
      const auto& variables = environment_.variables;
      const auto found = std::ranges::find(variables, candidate, &Variable::name);
      if (found != variables.end()) {
        expression.form = VariableRef{candidate, static_cast<std::size_t>(found - variables.begin())};
        expression.operands.clear();
        return true;
      }
      if (const auto type = type_named(candidate)) {
        expression.form = Constant{*type};
        expression.operands.clear();
        return true;
      }
    }
    return false;
  }

  Result<void> resolve(Expression& expression, Comprehension& comprehension) {
    auto& operands = expression.operands;
    if (auto done = resolve(operands.front()); !done) return done;
    const auto outside = locals_.size();
    comprehension.slot = outside;
    locals_.push_back(comprehension.first);
    if (!comprehension.second.empty()) locals_.push_back(comprehension.second);
    slots_ = std::max(slots_, locals_.size());
    auto done = resolve_all(std::span(operands).subspan(1));
    locals_.resize(outside);
    return done;
  }

  Result<void> resolve(Expression& expression, Call& call) {
    auto& operands = expression.operands;
    if (call.member) {
      if (auto name = qualified(operands.front()); name && !local(*name)) {
        name->text += "." + call.function;
        call.overloads = find(*name, operands.size() - 1);
        if (!call.overloads.empty()) {
          call.function = name->text;
          call.member = false;
          operands.erase(operands.begin());
          return resolve_all(operands);
        }
      }
      call.overloads = functions_.find(call.function, true, operands.size());
    } else {
      QualifiedName name{call.function, call.function};
      name.absolute = name.text.starts_with('.');
      if (name.absolute) name.text.erase(0, 1);
      call.overloads = find(name, operands.size());
    }
    if (auto done = resolve_all(operands); !done) return done;
    return compile_pattern(expression, call);
  }

  std::vector<const Function*> find(const QualifiedName& name, std::size_t parameters) const {
    for (const auto& candidate : candidates(name)) {
      auto found = functions_.find(candidate, false, parameters);
      if (!found.empty()) return found;
    }
    return {};
  }

  /// Once here instead of at every evaluation.
  Result<void> compile_pattern(const Expression& expression, Call& call) {
    if (call.function != "matches" || expression.operands.size() != 2) return {};
    const auto& operand = expression.operands.back();
    const auto* constant = std::get_if<Constant>(&operand.form);
    const auto* pattern = constant ? constant->value.if_string() : nullptr;
    if (!pattern) return {};
    auto regex = Regex::compile(*pattern);
    if (!regex) return error_at(operand.at, ErrorCode::invalid_input, "{}", regex.error().detail);
    patterns_size_ += (*regex)->size() + pattern_overhead;
    if (patterns_size_ > patterns_size_max) {
      return error_at(operand.at, ErrorCode::too_large,
                      "the regular expressions of this expression are too large together");
    }
    call.pattern = std::move(*regex);
    return {};
  }

  const Environment& environment_;
  const FunctionTable& functions_;
  std::vector<std::string> locals_;
  std::size_t slots_ = 0;
  std::size_t patterns_size_ = 0;
};

}  // namespace

Result<std::size_t> resolve(Expression& expression, const Environment& environment,
                            const FunctionTable& functions) {
  Resolver resolver(environment, functions);
  if (auto done = resolver.resolve(expression); !done) return fail(std::move(done.error()));
  return resolver.slots();
}

}  // namespace kontor::protocol::cel::syntax
