#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/result/result.hpp"

namespace re2 {
class RE2;
}

/// Regular expressions that come from others.
namespace kontor::regex {

/// A regular expression in RE2's syntax, matched in time linear in the text and never by backtracking. There
/// is no looking ahead or behind, and nothing refers to what was matched before. A copy shares the program.
class Pattern {
 public:
  static constexpr std::size_t bytes_max = 512;

  /// Errors: invalid_input for one that RE2 does not take, that is too long, or whose program is too large.
  static Result<Pattern> compile(std::string_view text);

  /// Whether any part of the text matches.
  bool matches(std::string_view text) const;
  /// Instructions of the compiled program: what matching costs for each byte of the text at most.
  std::size_t size() const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace kontor::regex
