#pragma once

#include "protocol/cel/internal/expression.hpp"
#include "protocol/cel/program.hpp"

namespace kontor::protocol::cel::syntax {

/// Carries a resolved expression out; `slots` is the answer of `resolve`.
Result<Value> evaluate(const Expression& expression, const Activation& activation, std::size_t slots,
                       Meter& meter);

}  // namespace kontor::protocol::cel::syntax
