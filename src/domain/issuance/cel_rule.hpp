#pragma once

#include <string_view>

#include "base/json/json.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"

namespace kontor::domain::issuance {

/// Whether an expression can be a rule: it yields a boolean, and sees `claims`, what was attested, and `now`.
/// Errors: invalid_input, with line, column and the rule of the language that it breaks.
Result<void> check_expression(std::string_view expression);

/// Whether the claims satisfy it, at a bounded cost. Errors: forbidden where it has no value: a claim that is
/// not there, a comparison that means nothing.
Result<bool> satisfies(std::string_view expression, const json::Object& claims, Instant now);

}  // namespace kontor::domain::issuance
