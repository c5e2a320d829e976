#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/json.hpp"
#include "base/result/result.hpp"

/// A question to a store, independent of who asks it how: the Management API's QuerySpec (query_spec.hpp) and
/// the fabric's predicate text (predicate_text.hpp) both read into this; the store compiles it to SQL;
/// `matches` answers it in memory. Field names are strings as callers spell them: `resolve` (field.hpp) finds
/// them in an entity kind.
namespace kontor::protocol::query {

enum class Operator : std::uint8_t {
  equal,      ///< a list on the left: any element
  not_equal,  ///< the negation of `equal`; false where the field is absent
  less,
  less_or_equal,
  greater,
  greater_or_equal,  ///< the four compare numbers by value, texts byte by byte, instants by time
  like,              ///< `%` any run, `_` any one character, no escape character; case-sensitive
  not_like,
  ilike,  ///< `like` without regard to the case of ASCII letters
  in,     ///< equals one of the values
  not_in,
  contains,  ///< a list: has the value as an element; a text: has it as a part
  starts_with,
  ends_with,
  is_null,  ///< absent, or JSON null
  is_not_null,
};

/// What a field is compared with. Instants come as text (xsd:dateTime) or as milliseconds since 1970.
using Scalar = std::variant<std::string, std::int64_t, double, bool>;

/// One comparison. `values` holds exactly one element; any number from one for `in` and `not_in`; none for
/// `is_null` and `is_not_null`. Where the field is absent every operator but `is_null` is false.
struct Criterion {
  std::string field;
  Operator op = Operator::equal;
  std::vector<Scalar> values;

  bool operator==(const Criterion&) const = default;
};

/// A condition: one criterion, or terms that must all hold (none: always true), or terms of which any must
/// hold (none: never true). The default is "always true".
struct Predicate {
  enum class Kind : std::uint8_t { all, any, criterion };

  Kind kind = Kind::all;
  Criterion criterion;           ///< only for Kind::criterion
  std::vector<Predicate> terms;  ///< only for Kind::all and Kind::any

  bool always() const { return kind == Kind::all && terms.empty(); }
  bool operator==(const Predicate&) const = default;
};

Predicate where(std::string field, Operator op, std::vector<Scalar> values);
Predicate where(std::string field, Scalar equal_to);
/// Flattens: `all_of` into an `all` adds its terms; "always true" disappears.
Predicate all_of(std::vector<Predicate> terms);
Predicate any_of(std::vector<Predicate> terms);

struct Sort {
  std::string field;
  bool descending = false;

  bool operator==(const Sort&) const = default;
};

/// Where the page before ended: the values of the sort fields (absent: null) and the id of its last entity,
/// in that order of significance. The order is that of `Query::sort`, then the id ascending.
struct Cursor {
  std::vector<std::optional<Scalar>> keys;
  EntityId id;

  bool operator==(const Cursor&) const = default;
};

/// A page: those that match `where`, in the order of `sort` and then of the id, behind `after` if given,
/// otherwise behind the first `offset`.
struct Query {
  Predicate where;
  std::vector<Sort> sort;
  std::uint32_t limit = 50;
  std::uint64_t offset = 0;
  std::optional<Cursor> after;

  bool operator==(const Query&) const = default;
};

/// Bounds of every reader of this module. Whoever goes beyond is answered invalid_input.
struct Limits {
  std::size_t criteria_max = 100;
  std::size_t depth_max = 16;
  std::size_t values_max = 1000;  ///< of one `in`
  std::size_t field_bytes_max = 512;
  std::size_t value_bytes_max = 4096;
  std::size_t text_bytes_max = 65536;  ///< of a predicate text
  std::uint32_t page_max = 10000;
};

/// Checks the number of values of each criterion and the bounds. Errors: invalid_input.
Result<void> check(const Query& query, const Limits& limits = {});

/// A cursor as one opaque word that is safe in a URL. Errors of the reader: invalid_input.
std::string write_cursor(const Cursor& cursor);
Result<Cursor> read_cursor(std::string_view word);

/// The values of a field in one entity: none where it is absent, several where its path goes through a list.
using FieldValues = std::function<std::vector<const json::Value*>(std::string_view field)>;

/// Whether the predicate holds. Pure; the meaning that every store must give to a query.
bool matches(const Predicate& predicate, const FieldValues& values_of);

}  // namespace kontor::protocol::query
