#pragma once

#include <vector>

#include "base/json/codec.hpp"
#include "protocol/query/query.hpp"

/// The Management API's QuerySpec, which EDC also puts into the `filter` of a catalog request. All criteria
/// must hold. Member names with the prefix `edc:` or the full IRI are read too; `@type` may be missing. [EDC
/// query-spec-schema.json v4]
namespace kontor::protocol::query {

/// Operators: `= != < <= > >= like ilike in contains`, `not like`, `not in`, in any case; `==` for `=`.
/// Errors: invalid_input with the pointer.
Result<void> read(const json::Node& node, Criterion& out);
json::Value write(const Criterion& criterion);

/// offset 0, limit 50, sortOrder ASC where they are missing. Checked against `Limits{}`.
Result<void> read(const json::Node& node, Query& out);

/// A QuerySpec without `@context`. The query must be one that it can say: criteria that must all hold, at
/// most one sort field, no cursor. Errors: invalid_input.
Result<json::Value> write_query_spec(const Query& query);

/// The filter of a catalog request: absent or empty (everything, 100 a page), or one QuerySpec. Errors:
/// invalid_input for anything else.
Result<Query> read_catalog_filter(const std::vector<json::Value>& filter);

}  // namespace kontor::protocol::query
