#include "protocol/cel/internal/regex.hpp"

namespace kontor::protocol::cel::syntax {
namespace {

/// Compiling takes about as long as so many steps: for every byte of the pattern, for every instruction made,
/// and for everything until a pattern is refused.
constexpr std::uint64_t byte_steps = 100;
constexpr std::uint64_t instruction_steps = 4;
constexpr std::uint64_t refusal_steps = 20'000;

}  // namespace

Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view pattern) {
  auto compiled = regex::Pattern::compile(pattern);
  if (!compiled) return fail(std::move(compiled.error()));
  return std::make_shared<const Regex>(std::move(*compiled));
}

Result<bool> Regex::matches(std::string_view text, Meter& meter) const {
  if (auto paid = meter.spend(1 + text.size() * size() / 64); !paid) return fail(std::move(paid.error()));
  return compiled_.matches(text);
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
