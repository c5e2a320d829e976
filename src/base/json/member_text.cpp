#include "base/json/member_text.hpp"

#include "base/json/pick.hpp"

namespace kontor::json {
namespace {

constexpr auto nowhere = std::string_view::npos;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

/// Behind the string that begins at `at`; nowhere: it does not end.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (auto end = text.find('"', at + 1); end != nowhere; end = text.find('"', end + 1)) {
    auto backslashes = end;
    while (text[backslashes - 1] == '\\') --backslashes;
    if ((end - backslashes) % 2 == 0) return end + 1;
  }
  return nowhere;
}

std::size_t end_of_container(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return nowhere;
}

std::size_t end_of_value(std::string_view text, std::size_t at) {
  if (at >= text.size()) return nowhere;
  if (text[at] == '"') return end_of_string(text, at);
  if (text[at] == '{' || text[at] == '[') return end_of_container(text, at);
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ',' || c == '}' || c == ']' || is_space(c)) return at;
  }
  return nowhere;
}

std::unexpected<Error> no_object(std::size_t at) {
  return fail(ErrorCode::malformed, "no JSON object near byte {}", at);
}

/// Among the members of the object that begins at `at`, all of which are looked at: one that stands twice has
/// no one meaning.
Result<std::optional<MemberText>> find_here(std::string_view text, std::size_t at, std::string_view key) {
  const auto has = [&](char expected) { return at < text.size() && text[at] == expected; };
  std::optional<MemberText> found;
  if (!has('{')) return no_object(at);
  at = skip_space(text, at + 1);
  if (has('}')) return found;
  for (;; at = skip_space(text, at + 1)) {
    if (!has('"')) return no_object(at);
    MemberText member{.begin = at};
    at = end_of_string(text, at);
    if (at == nowhere) return no_object(member.begin);
    const bool named = text.substr(member.begin + 1, at - member.begin - 2) == key;
    at = skip_space(text, at);
    if (!has(':')) return no_object(at);
    member.value = skip_space(text, at + 1);
    member.end = end_of_value(text, member.value);
    if (member.end == nowhere) return no_object(member.value);
    if (named && found) return fail(ErrorCode::malformed, "the key '{}' stands twice in one object", key);
    if (named) found = member;
    at = skip_space(text, member.end);
    if (has('}')) return found;
    if (!has(',')) return no_object(at);
  }
}

}  // namespace

Result<std::optional<MemberText>> find_member(std::string_view object, std::string_view path) {
  auto at = skip_space(object, 0);
  for (auto rest = path;;) {
    const auto dot = rest.find('.');
    auto member = find_here(object, at, rest.substr(0, dot));
    if (!member || !*member || dot == nowhere) return member;
    at = (*member)->value;
    if (object.substr(at).starts_with("null")) return std::nullopt;
    if (object[at] != '{') return fail(ErrorCode::internal, "'{}' leads through what is no object", path);
    rest.remove_prefix(dot + 1);
  }
}

void erase_member(std::string& object, const MemberText& member) {
  auto begin = member.begin;
  auto end = skip_space(object, member.end);
  if (end < object.size() && object[end] == ',') {
    ++end;
  } else {
    const auto before = object.find_last_not_of(" \t\r\n", begin - 1);
    if (object[before] == ',') begin = before;
  }
  object.erase(begin, end - begin);
}

bool may_name(std::string_view document, std::string_view name) {
  for (auto at = document.find(name); at != nowhere; at = document.find(name, at + 1)) {
    const auto end = at + name.size();
    if (at > 0 && document[at - 1] == '"' && end < document.size() && document[end] == '"') return true;
  }
  return false;
}

Result<void> check(std::string_view document, ParseLimits limits) {
  static const Picker nothing{std::span<const MemberPath>()};
  auto checked = nothing.pick(document, limits);
  if (!checked) return fail(std::move(checked.error()));
  return {};
}

}  // namespace kontor::json
