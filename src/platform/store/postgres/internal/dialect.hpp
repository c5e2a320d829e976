#pragma once

#include <set>
#include <string>

#include "platform/store/sql/dialect.hpp"
#include "platform/store/sql/index.hpp"

namespace kontor::platform::store::postgres {

/// A generated column that holds an indexed field. Under row-level security PostgreSQL uses an index on an expression
/// only when all functions in it are leakproof, which those of jsonb are not; on a plain column it does.
struct FieldColumn {
  std::string name;
  std::string type;
  std::string expression;  ///< over `body`
};
FieldColumn column_of(const sql::ResolvedField& field);

/// PostgreSQL's jsonb, and one function of ours: `kontor_instant` (schema.cpp).
class Dialect : public sql::Dialect {
 public:
  /// `columns`: the generated columns that exist. Fields without one are read from the body.
  explicit Dialect(std::set<std::string> columns) : columns_(std::move(columns)) {}

  std::string parameter(std::size_t number, sql::Form form) const override;
  std::string scalar(const sql::ResolvedField& field) const override;
  sql::Forms free_scalar(const sql::ResolvedField& field, sql::Parameters& parameters) const override;
  sql::Found values_at(const std::vector<sql::PathSegment>& path, sql::Parameters& parameters) const override;
  std::string is_present(const std::string& value) const override;
  std::string is_list(const std::string& value) const override;
  std::string elements_of(const std::string& value, const std::string& element) const override;
  sql::Forms forms_of(const std::string& value) const override;
  std::string pattern(std::string_view like, bool ignore_case) const override;
  std::string is_like(const std::string& text, const std::string& pattern, bool ignore_case) const override;
  std::string contains(const std::string& text, const std::string& part) const override;
  std::string starts_with(const std::string& text, const std::string& part) const override;
  std::string ends_with(const std::string& text, const std::string& part) const override;

 private:
  std::set<std::string> columns_;
};

}  // namespace kontor::platform::store::postgres
