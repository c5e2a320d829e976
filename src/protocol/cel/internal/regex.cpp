#include "protocol/cel/internal/regex.hpp"

#include <re2/re2.h>

namespace kontor::protocol::cel::syntax {
namespace {

/// Two thirds are for the program, some 5,000 instructions; the rest is the automaton's cache while matching.
constexpr std::int64_t memory_bytes_max = 128 * 1024;

/// Compiling takes about as long as so many steps: for every byte of the pattern, for every instruction made,
/// and for everything until a pattern is refused.
constexpr std::uint64_t byte_steps = 100;
constexpr std::uint64_t instruction_steps = 4;
constexpr std::uint64_t refusal_steps = 20'000;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Regex::Regex(std::unique_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
Regex::~Regex() = default;

Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view pattern) {
  if (pattern.size() > pattern_bytes_max) {
    return invalid("", "a regular expression has at most {} bytes", pattern_bytes_max);
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory_bytes_max);
  auto compiled = std::make_unique<const re2::RE2>(piece(pattern), options);
  if (!compiled->ok()) return invalid("", "this is no regular expression: {}", compiled->error());
  return std::make_shared<const Regex>(std::move(compiled));
}

std::size_t Regex::size() const {
  return static_cast<std::size_t>(compiled_->ProgramSize());
}

Result<bool> Regex::matches(std::string_view text, Meter& meter) const {
  if (auto paid = meter.spend(1 + text.size() * size() / 64); !paid) return fail(std::move(paid.error()));
  return re2::RE2::PartialMatch(piece(text), *compiled_);
}

Result<bool> matches_once(std::string_view text, std::string_view pattern, Meter& meter) {
  if (auto paid = meter.spend(pattern.size() * byte_steps); !paid) return fail(std::move(paid.error()));
  auto regex = Regex::compile(pattern);
  const auto work = regex ? (*regex)->size() * instruction_steps : refusal_steps;
  if (auto paid = meter.spend(work); !paid) return fail(std::move(paid.error()));
  if (!regex) return fail(std::move(regex.error()));
  return (*regex)->matches(text, meter);
}

}  // namespace kontor::protocol::cel::syntax
