#pragma once

#include "protocol/cel/internal/expression.hpp"
#include "protocol/cel/internal/functions.hpp"

namespace kontor::protocol::cel::syntax {

/// Gives names their meaning: of `a.b.c` the longest declared beginning is a variable and the rest are
/// fields; a macro's variable hides everything that starts with its name. Names that nobody declared stay as
/// they are, calls of unknown functions stay without overloads: the type check refuses them. Constant regular
/// expressions are compiled. Answers the number of slots that macros' variables need.
Result<std::size_t> resolve(Expression& expression, const Environment& environment,
                            const FunctionTable& functions);

}  // namespace kontor::protocol::cel::syntax
