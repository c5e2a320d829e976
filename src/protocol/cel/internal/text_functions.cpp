#include <algorithm>
#include <cstring>

#include "base/text/characters.hpp"
#include "protocol/cel/internal/functions.hpp"
#include "protocol/cel/internal/regex.hpp"

namespace kontor::protocol::cel {
namespace {

Result<Value> string_size(Arguments arguments, Meter& meter) {
  const auto& text = *arguments[0].if_string();
  if (auto paid = meter.scan(text.size()); !paid) return fail(std::move(paid.error()));
  return static_cast<std::int64_t>(text::characters(text));
}

Result<Value> bytes_size(Arguments arguments, Meter&) {
  return static_cast<std::int64_t>(arguments[0].if_bytes()->size());
}

Result<Value> list_size(Arguments arguments, Meter&) {
  return static_cast<std::int64_t>(arguments[0].if_list()->size());
}

Result<Value> map_size(Arguments arguments, Meter&) {
  return static_cast<std::int64_t>(arguments[0].if_map()->size());
}

Result<Value> starts_with(Arguments arguments, Meter& meter) {
  const auto& prefix = *arguments[1].if_string();
  if (auto paid = meter.scan(prefix.size()); !paid) return fail(std::move(paid.error()));
  return arguments[0].if_string()->starts_with(prefix);
}

Result<Value> ends_with(Arguments arguments, Meter& meter) {
  const auto& suffix = *arguments[1].if_string();
  if (auto paid = meter.scan(suffix.size()); !paid) return fail(std::move(paid.error()));
  return arguments[0].if_string()->ends_with(suffix);
}

/// `memmem` takes time linear in both lengths; `std::string::find` takes their product.
Result<Value> contains(Arguments arguments, Meter& meter) {
  const auto& text = *arguments[0].if_string();
  const auto& part = *arguments[1].if_string();
  if (auto paid = meter.scan(text.size() + part.size()); !paid) return fail(std::move(paid.error()));
  return ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

Result<Value> matches(Arguments arguments, Meter& meter) {
  return syntax::matches_once(*arguments[0].if_string(), *arguments[1].if_string(), meter);
}

}  // namespace

std::vector<Function> text_functions() {
  using enum Kind;
  const auto any_list = Type::list(Type::parameter("A"));
  const auto any_map = Type::map(Type::parameter("A"), Type::parameter("B"));
  std::vector<Function> functions{
      {"contains", {string, string}, boolean, contains, true},
      {"endsWith", {string, string}, boolean, ends_with, true},
      {"matches", {string, string}, boolean, matches, true},
      {"matches", {string, string}, boolean, matches, false},
      {"startsWith", {string, string}, boolean, starts_with, true},
  };
  for (const bool member : {false, true}) {
    functions.push_back({"size", {string}, int64, string_size, member});
    functions.push_back({"size", {bytes}, int64, bytes_size, member});
    functions.push_back({"size", {any_list}, int64, list_size, member});
    functions.push_back({"size", {any_map}, int64, map_size, member});
  }
  return functions;
}

}  // namespace kontor::protocol::cel
