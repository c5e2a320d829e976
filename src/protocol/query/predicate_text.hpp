#pragma once

#include <string_view>

#include "protocol/query/query.hpp"

/// The fabric's predicate text: `state = 'ACTIVE' AND (vpas.type IN ('a', 'b') OR properties."cfm.key" IS
/// NULL)`.
///
///     predicate = or                         or   = and { OR and }          and = term { AND term }
///     term      = NOT term | "(" or ")" | TRUE | FALSE | field comparison
///     comparison = op value | [NOT] LIKE value | CONTAINS value | STARTS_WITH value | ENDS_WITH value
///                | [NOT] IN "(" value { "," value } ")" | IS [NOT] NULL
///     op        = "=" | "!=" | "<" | "<=" | ">" | ">="
///     field     = segment { "." segment }    segment = name | "'" text "'" | '"' text '"'
///     value     = 'text' (`''` and `\'` are a quote) | number | TRUE | FALSE | NULL
///
/// Keywords in any case. NOT binds stronger than AND, AND stronger than OR. A comparison with NULL never
/// holds. NOT stands before anything that has an opposite: not before CONTAINS, STARTS_WITH, ENDS_WITH. An
/// empty text is refused.
namespace kontor::protocol::query {

/// Errors: invalid_input that names the column and what was expected there.
Result<Predicate> read_predicate(std::string_view text, const Limits& limits = {});

}  // namespace kontor::protocol::query
