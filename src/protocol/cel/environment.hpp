#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "protocol/cel/meter.hpp"
#include "protocol/cel/type.hpp"
#include "protocol/cel/value.hpp"

/// What an expression may name beside the language's own functions.
namespace kontor::protocol::cel {

struct Variable {
  std::string name;  ///< may be qualified: `request.auth`
  Type type;
};

/// The target of a member function comes first.
using Arguments = std::span<const Value>;

/// Pure and safe to call from any thread. What goes through its arguments or makes something new charges the
/// meter for it. Its error is the evaluation's error, with the place of the call in front.
using Implementation = std::function<Result<Value>(Arguments, Meter&)>;

/// One overload of a function, also of one that the language has: those of the language come first. It is
/// called only with arguments of the kinds of its parameters: `int` is an int, `list(string)` any list.
struct Function {
  std::string name;  ///< may be qualified
  std::vector<Type> parameters;
  Type result;
  Implementation call;  ///< may be empty where expressions are checked and never evaluated
  bool member = false;  ///< called as `target.name(…)`; the target is the first parameter
  /// Variables whose values it is handed behind its arguments, null for one without a value:
  /// what a call does not write and depends on, such as `now`.
  std::vector<std::string> context = {};
};

struct Environment {
  std::vector<Variable> variables;
  std::vector<Function> functions;
  Type result;            ///< what an expression must yield; dyn is anything
  std::string container;  ///< namespace in which names are looked up first: `a.b` finds `a.b.x`, `a.x`, `x`
  /// Without the type check, unknown names and wrong types are errors of the evaluation.
  bool type_check = true;
};

}  // namespace kontor::protocol::cel
