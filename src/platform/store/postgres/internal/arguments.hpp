#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/store/sql/statement.hpp"

namespace kontor::platform::store::postgres {

/// Columns of rows that one statement takes as arrays.
using Texts = std::vector<std::string_view>;
using Numbers = std::vector<std::optional<std::int64_t>>;

/// The arguments of a statement in the form in which they go over the wire: single values as text, arrays in
/// PostgreSQL's binary form, which needs no escapes.
class Arguments {
 public:
  Arguments& add(std::string_view text);
  Arguments& add(std::int64_t number);
  Arguments& add(bool flag);
  Arguments& add(const sql::Value& value);
  Arguments& add(const Texts& texts);
  Arguments& add(const Numbers& numbers);
  Arguments& add(const char*) = delete;

  int count() const { return static_cast<int>(values_.size()); }
  std::vector<const char*> values() const;
  const std::vector<int>& lengths() const { return lengths_; }
  const std::vector<int>& formats() const { return formats_; }

 private:
  Arguments& keep(std::optional<std::string> value, bool binary);

  std::vector<std::optional<std::string>> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

}  // namespace kontor::platform::store::postgres
