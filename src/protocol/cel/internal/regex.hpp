#pragma once

#include <memory>
#include <string_view>

#include "base/regex/pattern.hpp"
#include "protocol/cel/meter.hpp"

namespace kontor::protocol::cel::syntax {

/// A regular expression (RE2's syntax), matched in time linear in the text, never by backtracking.
class Regex {
 public:
  static constexpr std::size_t pattern_bytes_max = regex::Pattern::bytes_max;

  /// Errors: those of `regex::Pattern`.
  static Result<std::shared_ptr<const Regex>> compile(std::string_view pattern);

  /// Whether any part of the text matches. Charges for the text's length times the size of the program.
  Result<bool> matches(std::string_view text, Meter& meter) const;

  /// Instructions of the compiled program.
  std::size_t size() const { return compiled_.size(); }

  explicit Regex(regex::Pattern compiled) : compiled_(std::move(compiled)) {}

 private:
  regex::Pattern compiled_;
};

/// Compiles and matches; charges for both, and most for a pattern that is refused, since RE2 may have worked
/// long to find it too large.
Result<bool> matches_once(std::string_view text, std::string_view pattern, Meter& meter);

}  // namespace kontor::protocol::cel::syntax
