#pragma once

#include "platform/store/sql/dialect.hpp"

struct sqlite3;

namespace kontor::platform::store::sqlite {

/// SQLite's JSON functions, and one function of ours: `kontor_instant`, a text that is a date and time, or a
/// number of milliseconds, as microseconds since 1970; null for anything else.
class Dialect : public sql::Dialect {
 public:
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
};

/// What `Dialect::scalar` says, as an index on `entities` has to spell it.
std::string index_expression(const sql::ResolvedField& field);

/// Makes `kontor_instant` known to a connection. Returns SQLite's result code.
int register_functions(sqlite3* database);

}  // namespace kontor::platform::store::sqlite
