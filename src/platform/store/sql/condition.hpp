#pragma once

#include <string>

#include "base/entity/kind.hpp"
#include "platform/store/sql/dialect.hpp"
#include "protocol/query/query.hpp"

namespace kontor::platform::store::sql {

/// A predicate over the stored form of the row `e`, with the meaning that `protocol::query::matches` gives to
/// it. An indexed field compared with a value of its type is compared in the form of that type, so that an
/// index answers; all others as what they are found to be. Errors: invalid_input (an unknown field, text that
/// is not UTF-8).
Result<std::string> condition(const protocol::query::Predicate& predicate, const entity::Kind& kind,
                              const Dialect& dialect, Parameters& parameters);

/// Whether nothing matches but what has one of the values that it lists of an indexed field: they are found
/// by its index, whatever the order.
bool picks_values(const protocol::query::Predicate& predicate, const entity::Kind& kind);

}  // namespace kontor::platform::store::sql
