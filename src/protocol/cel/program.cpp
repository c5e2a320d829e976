#include "protocol/cel/program.hpp"

#include "protocol/cel/internal/checker.hpp"
#include "protocol/cel/internal/evaluator.hpp"
#include "protocol/cel/internal/resolver.hpp"

namespace kontor::protocol::cel {

/// Functions first: the expression refers to them.
struct Program::Compiled {
  explicit Compiled(const Environment& environment) : functions(environment.functions) {}

  FunctionTable functions;
  syntax::Expression expression;
  std::size_t slots = 0;
  Type type;
};

Result<Program> compile(std::string_view text, const Environment& environment, const CompileLimits& limits) {
  if (text.size() > limits.text_bytes_max) {
    return fail(ErrorCode::too_large, "an expression has at most {} bytes", limits.text_bytes_max);
  }
  auto expression = syntax::parse(text, {limits.depth_max, limits.nodes_max});
  if (!expression) return fail(std::move(expression.error()));
  auto compiled = std::make_shared<Program::Compiled>(environment);
  auto slots = syntax::resolve(*expression, environment, compiled->functions);
  if (!slots) return fail(std::move(slots.error()));
  compiled->slots = *slots;
  if (environment.type_check) {
    auto type = syntax::check(*expression, environment, compiled->functions);
    if (!type) return fail(std::move(type.error()));
    compiled->type = std::move(*type);
  }
  compiled->expression = std::move(*expression);
  return Program(std::move(compiled));
}

const Type& Program::result_type() const {
  return compiled_->type;
}

Result<Value> Program::evaluate(const Activation& activation, const Limits& limits) const {
  Meter meter(limits);
  return evaluate(activation, meter);
}

Result<Value> Program::evaluate(const Activation& activation, Meter& meter) const {
  return syntax::evaluate(compiled_->expression, activation, compiled_->slots, meter);
}

}  // namespace kontor::protocol::cel
