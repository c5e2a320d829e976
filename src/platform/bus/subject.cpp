#include "platform/bus/subject.hpp"

#include <algorithm>
#include <cstddef>

namespace kontor::platform::bus {
namespace {

constexpr std::size_t subject_bytes_max = 256;
constexpr std::size_t name_bytes_max = 256;

/// Takes the first word off.
std::string_view next_word(std::string_view& rest) {
  const auto dot = rest.find('.');
  const auto word = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return word;
}

bool is_word(std::string_view word) {
  return !word.empty() &&
         std::ranges::all_of(word, [](char c) { return c > ' ' && c < 0x7F && c != '*' && c != '>'; });
}

bool well_formed(std::string_view text, bool with_wildcards) {
  if (text.empty() || text.size() > subject_bytes_max || text.ends_with('.')) return false;
  while (!text.empty()) {
    const auto word = next_word(text);
    const bool wildcard = with_wildcards && (word == "*" || (word == ">" && text.empty()));
    if (!wildcard && !is_word(word)) return false;
  }
  return true;
}

}  // namespace

bool is_subject(std::string_view text) {
  return well_formed(text, false);
}
bool is_filter(std::string_view text) {
  return well_formed(text, true);
}

bool is_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '/' || c == '=' || c == '.';
  };
  return !text.empty() && text.size() <= name_bytes_max && std::ranges::all_of(text, allowed) &&
         text.front() != '.' && text.back() != '.';
}

bool matches(std::string_view filter, std::string_view subject) {
  return overlap(filter, subject);
}

bool overlap(std::string_view filter, std::string_view other) {
  while (!filter.empty() && !other.empty()) {
    const auto a = next_word(filter);
    const auto b = next_word(other);
    if (a == ">" || b == ">") return true;
    if (a != "*" && b != "*" && a != b) return false;
  }
  return filter.empty() && other.empty();
}

}  // namespace kontor::platform::bus
