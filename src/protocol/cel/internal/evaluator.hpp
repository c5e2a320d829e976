#pragma once

#include "protocol/cel/internal/expression.hpp"
#include "protocol/cel/program.hpp"

namespace kontor::protocol::cel::syntax {

/// Carries a resolved expression out. `variables` are in the order of the environment's, null where the
/// activation has no value; `slots` is the answer of `resolve`.
Result<Value> evaluate(const Expression& expression, std::span<const Value* const> variables,
                       std::size_t slots, Meter& meter);

}  // namespace kontor::protocol::cel::syntax
