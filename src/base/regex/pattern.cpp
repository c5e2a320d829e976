#include "base/regex/pattern.hpp"

#include <re2/re2.h>

namespace kontor::regex {
namespace {

/// Two thirds are for the program, some 5,000 instructions; the rest is the automaton's cache while matching.
constexpr std::int64_t memory_bytes_max = 128 * 1024;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Result<Pattern> Pattern::compile(std::string_view text) {
  if (text.size() > bytes_max) return invalid("", "a regular expression has at most {} bytes", bytes_max);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory_bytes_max);
  auto compiled = std::make_shared<const RE2>(piece(text), options);
  if (!compiled->ok()) return invalid("", "this is no regular expression: {}", compiled->error());
  return Pattern(std::move(compiled));
}

bool Pattern::matches(std::string_view text) const {
  return RE2::PartialMatch(piece(text), *compiled_);
}

std::size_t Pattern::size() const {
  return static_cast<std::size_t>(compiled_->ProgramSize());
}

}  // namespace kontor::regex
