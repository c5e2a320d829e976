#pragma once

#include <optional>
#include <string>

#include "platform/store/sql/list.hpp"

/// A cursor tells nobody anything and fits its question only: its id holds the question's digest beside the
/// place.
namespace kontor::platform::store::sql {

/// FNV-1a over what makes two pages pages of one list: who asks, kind, predicate and order.
std::uint64_t digest_of(const Question& question);
std::uint64_t digest_of_export(const ContextId& context);

/// The last entity of a page: `context` only where the list goes across contexts, `kind` only in an export.
struct Place {
  std::vector<std::optional<protocol::query::Scalar>> keys;
  std::string first;  ///< context or kind; empty where the order needs neither
  std::string id;
};

std::string write_place(std::uint64_t question, const Place& place);
/// Errors: invalid_input.
Result<Place> read_place(std::uint64_t question, const protocol::query::Cursor& cursor);

}  // namespace kontor::platform::store::sql
