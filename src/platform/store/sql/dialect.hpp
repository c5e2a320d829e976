#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/store/sql/statement.hpp"
#include "protocol/query/field.hpp"

/// The SQL that differs between the databases. Statements name the row of `entities` that they look at `e`.
namespace kontor::platform::store::sql {

using protocol::query::PathSegment;
using protocol::query::ResolvedField;

/// What a stored JSON value is compared as. Instants are microseconds since 1970.
enum class Form : std::uint8_t { text, number, boolean, instant };

/// Expressions of one value, by form; NULL where the value is of another one. No expression: it never is.
struct Forms {
  std::optional<std::string> text = {};
  std::optional<std::string> number = {};
  std::optional<std::string> boolean = {};
  std::optional<std::string> instant = {};
};

/// Collects the parameters of a statement; the same value twice is two parameters.
class Parameters {
 public:
  std::size_t add(Value value) {
    values_.push_back(std::move(value));
    return values_.size();
  }
  std::vector<Value> take() { return std::move(values_); }

 private:
  std::vector<Value> values_;
};

/// The values at a path as rows: `FROM` items, the condition that joins them, and the name of the value.
struct Found {
  std::string from;
  std::string where;
  std::string value;
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual std::string parameter(std::size_t number, Form form) const = 0;

  /// An indexed field, or one to sort by, in the form of its declared type: an expression that an index can
  /// hold.
  virtual std::string scalar(const ResolvedField& field) const = 0;
  /// The forms of a field to sort by whose type is not known.
  virtual Forms free_scalar(const ResolvedField& field, Parameters& parameters) const = 0;

  /// An expression to sort by whose index is not to be walked for the order: what is sorted is little.
  virtual std::string sorted(const std::string& expression) const = 0;

  virtual Found values_at(const std::vector<PathSegment>& path, Parameters& parameters) const = 0;
  /// True for what `values_at` found unless it is JSON null.
  virtual std::string is_present(const std::string& value) const = 0;
  virtual std::string is_list(const std::string& value) const = 0;
  /// The elements of a list as rows named `element`.
  virtual std::string elements_of(const std::string& value, const std::string& element) const = 0;
  virtual Forms forms_of(const std::string& value) const = 0;

  /// What is bound for a pattern of `%` and `_`.
  virtual std::string pattern(std::string_view like, bool ignore_case) const = 0;
  virtual std::string is_like(const std::string& text, const std::string& pattern,
                              bool ignore_case) const = 0;
  virtual std::string contains(const std::string& text, const std::string& part) const = 0;
  virtual std::string starts_with(const std::string& text, const std::string& part) const = 0;
  virtual std::string ends_with(const std::string& text, const std::string& part) const = 0;
};

/// A text as a literal. Only for what our own code says.
std::string literal(std::string_view text);

}  // namespace kontor::platform::store::sql
