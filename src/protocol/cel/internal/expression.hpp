#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/cel/environment.hpp"

/// The syntax tree, a value. The parser makes it with `Name`s; `resolve` replaces those that mean something
/// by `Variable`, `Local` and type constants, and binds calls to functions; the type check and the evaluation
/// read it.
namespace kontor::protocol::cel::syntax {

/// Both count from 1; columns are code points.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// An error at a place of the expression's text.
template <class... Args>
std::unexpected<Error> error_at(Position at, ErrorCode code, fmt::format_string<Args...> text,
                                Args&&... args) {
  return fail(code, "line {}, column {}: {}", at.line, at.column,
              fmt::format(text, std::forward<Args>(args)...));
}

class Regex;

struct Constant {
  Value value;
};
/// As written; behind `resolve` a name that nobody declared.
struct Name {
  std::string text;
  bool absolute = false;  ///< `.x`: not looked up in the container, nor among the variables of macros
};
struct VariableRef {
  std::string name;       ///< as declared
  std::size_t index = 0;  ///< in the environment
};
/// A variable of a macro.
struct Local {
  std::size_t slot = 0;
};
/// Operand: what the field is selected from.
struct Select {
  std::string field;
  bool test = false;  ///< `has(x.field)`
};
/// Operands: list or map, index or key.
struct Index {};
/// Operands: the target of a member call, then the arguments. Operators are functions: `_+_`, `!_`, `@in`.
struct Call {
  std::string function;
  bool member = false;
  std::vector<const Function*> overloads;  ///< that have the name, the style and the number of parameters
  std::shared_ptr<const Regex> pattern;    ///< of `matches` where it is constant
};
/// Operands: two or more that `&&` (a conjunction) or `||` joins.
struct Logical {
  bool conjunction = false;
};
/// Operands: condition, value if it holds, value if not.
struct Conditional {};
/// Operands: the elements.
struct ListLiteral {};
/// Operands: key, value, key, value …
struct MapLiteral {};

enum class Macro : std::uint8_t { all, exists, exists_one, filter, transform_list, transform_map };
/// Operands: what is gone through, then the condition or the transformed value or both. With one variable it
/// is the element of a list or the key of a map; with two, index and element or key and value.
struct Comprehension {
  Macro macro = Macro::all;
  std::string first;
  std::string second;    ///< empty with one variable
  std::size_t slot = 0;  ///< of the first variable; the second has the next
};

struct Expression {
  std::variant<Constant, Name, VariableRef, Local, Select, Index, Call, Logical, Conditional, ListLiteral,
               MapLiteral, Comprehension>
      form;
  std::vector<Expression> operands;
  Position at;
  std::uint32_t depth = 1;  ///< levels of the tree from here down
};

struct SyntaxLimits {
  std::size_t depth_max;
  std::size_t nodes_max;
};

/// Reads a text. Errors: malformed, with line, column, and what was expected; too_large.
Result<Expression> parse(std::string_view text, const SyntaxLimits& limits);

/// Makes a macro's call a comprehension, and takes target and arguments for it; nothing, and nothing taken,
/// where name and number of arguments are no macro's. Errors: malformed.
std::optional<Result<Expression>> expand_macro(std::string_view name, Expression& target,
                                               std::vector<Expression>& arguments);

}  // namespace kontor::protocol::cel::syntax
