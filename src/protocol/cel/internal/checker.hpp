#pragma once

#include "protocol/cel/internal/expression.hpp"
#include "protocol/cel/internal/functions.hpp"

namespace kontor::protocol::cel::syntax {

/// The gradual type check of a resolved expression: what is dyn goes everywhere and is checked when it is
/// evaluated; names and functions must be declared, and what is known of their types must fit. Answers the
/// type of the whole. Errors: invalid_input, with line and column.
Result<Type> check(const Expression& expression, const Environment& environment,
                   const FunctionTable& functions);

}  // namespace kontor::protocol::cel::syntax
