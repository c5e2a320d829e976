#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/entity/kind.hpp"
#include "base/json/json.hpp"
#include "protocol/query/query.hpp"

/// From the name of a field to its place in the stored form of an entity kind. All stores use this, so that
/// they agree on what may be asked.
namespace kontor::protocol::query {

/// A step into the stored JSON: the member `name`, and with `any_element` each element of the array that it
/// holds.
struct PathSegment {
  std::string name;
  bool any_element = false;

  bool operator==(const PathSegment&) const = default;
};

struct ResolvedField {
  std::vector<PathSegment> path;
  entity::FieldType type = entity::FieldType::text;
  bool declared = false;  ///< false: a free property, its type is that of the value it is compared with
  bool indexed = false;
};

/// A name split at its dots. A segment in single quotes may hold dots:
/// `properties.'https://w3id.org/edc/v0.0.1/ns/id'`. Errors: invalid_input (an open quote, an empty segment).
Result<std::vector<std::string>> field_segments(std::string_view field);

/// A declared field by its name; otherwise a member below one of the kind's `free_properties` paths, named
/// with the path
/// (`privateProperties.'iri'`) or, for the first of them, without it (`'iri'` or the bare IRI).
/// Errors: invalid_input that names the fields that can be asked.
Result<ResolvedField> resolve(const entity::Kind& kind, std::string_view field);

/// Every field that the query names must resolve. Errors: invalid_input.
Result<void> check_fields(const Query& query, const entity::Kind& kind);

/// The values at a path in a stored form; arrays are walked where the path says so.
std::vector<const json::Value*> values_at(const json::Value& stored, const std::vector<PathSegment>& path);

/// The lookup that `matches` wants, over one stored entity. Both arguments must outlive it.
FieldValues fields_of(const entity::Kind& kind, const json::Value& stored);

}  // namespace kontor::protocol::query
