#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/cel/environment.hpp"

/// The Common Expression Language (github.com/google/cel-spec): conditions that are written at run time,
/// compiled once and evaluated often, without loops, without effects, and at a bounded cost.
///
///     const Environment environment{.variables = {{"claims", Kind::list}}, .result = Kind::boolean};
///     auto program = compile("claims.exists(c, c.level >= 2)", environment);
///     auto value = program->evaluate({{"claims", from_json(claims)}});
namespace kontor::protocol::cel {

/// Values of the environment's variables, by name. One that is missing is an error where it is used.
using Activation = std::map<std::string, Value, std::less<>>;

/// A compiled expression. Immutable and cheap to copy; any number of threads may evaluate it.
class Program {
 public:
  /// What the expression yields, as far as the type check could tell.
  const Type& result_type() const;

  /// Errors: invalid_input when the evaluation has no value (a key that is not there, a division by zero, no
  /// overload for what dyn turned out to be); too_large beyond the limits. All with line and column.
  Result<Value> evaluate(const Activation& activation, const Limits& limits = {}) const;

  /// The same at the expense of a meter that several evaluations share.
  Result<Value> evaluate(const Activation& activation, Meter& meter) const;

  struct Compiled;
  explicit Program(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

 private:
  std::shared_ptr<const Compiled> compiled_;
};

/// What an expression may be.
struct CompileLimits {
  std::size_t text_bytes_max = 16 * 1024;
  std::size_t depth_max = 150;    ///< nested brackets, and levels of the syntax tree
  std::size_t nodes_max = 4'000;  ///< literals, names, operations
};

/// Errors: malformed for what is no expression, invalid_input for what the type check or a constant regular
/// expression refuses, too_large; all say where, and what was expected or what there is.
Result<Program> compile(std::string_view text, const Environment& environment,
                        const CompileLimits& limits = {});

}  // namespace kontor::protocol::cel
