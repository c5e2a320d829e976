#pragma once

#include "platform/store/sql/dialect.hpp"
#include "platform/store/sql/slots.hpp"

struct sqlite3;

namespace kontor::platform::store::sqlite {

/// SQLite's JSON functions, and one function of ours: `kontor_instant`, a text that is a date and time, or a
/// number of milliseconds, as microseconds since 1970; null for anything else.
class Dialect : public sql::Dialect {
 public:
  /// `slots`: those of the kind that is asked for; must outlive this. Fields without one are read from the
  /// body.
  explicit Dialect(const sql::KindSlots& slots) : slots_(slots) {}

  std::string parameter(std::size_t number, sql::Form form) const override;
  std::string scalar(const sql::ResolvedField& field) const override;
  sql::Forms free_scalar(const sql::ResolvedField& field, sql::Parameters& parameters) const override;
  std::string sorted(const std::string& expression) const override;
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
  const sql::KindSlots& slots_;
};

/// As `kontor_instant` and the slots read one.
std::optional<std::int64_t> microseconds_of_text(std::string_view text);
std::optional<std::int64_t> microseconds_of_milliseconds(std::int64_t milliseconds);

/// Makes `kontor_instant` known to a connection. Returns SQLite's result code.
int register_functions(sqlite3* database);

}  // namespace kontor::platform::store::sqlite
