#include "protocol/dsp/links.hpp"

#include "base/text/text.hpp"

namespace kontor::protocol::dsp {
namespace {

/// Takes text up to the first of `ends` outside quotes off the front.
std::string_view take(std::string_view& text, std::string_view ends) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && ends.contains(text[at])) break;
  }
  const auto taken = text.substr(0, at);
  text.remove_prefix(at);
  return taken;
}

/// Whether a parameter is `rel` and its value, of words with spaces between, has this one.
bool has_relation(std::string_view parameter, std::string_view relation) {
  const auto equals = parameter.find('=');
  if (equals == std::string_view::npos) return false;
  if (!text::equal_ignoring_case(text::trim(parameter.substr(0, equals)), "rel")) return false;
  auto value = text::trim(parameter.substr(equals + 1));
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
    value = value.substr(1, value.size() - 2);
  for (const auto& word : text::split(value, ' ')) {
    if (text::equal_ignoring_case(word, relation)) return true;
  }
  return false;
}

std::optional<std::string> link_target(std::string_view field, std::string_view relation) {
  while (!field.empty()) {
    const auto begin = field.find('<');
    const auto end = field.find('>', begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
    const auto target = field.substr(begin + 1, end - begin - 1);
    field.remove_prefix(end + 1);
    bool found = false;
    take(field, ";,");
    while (field.starts_with(';')) {
      field.remove_prefix(1);
      found |= has_relation(take(field, ";,"), relation);
    }
    if (found) return std::string(target);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> link_target(const std::vector<std::string_view>& fields,
                                       std::string_view relation) {
  for (const auto field : fields) {
    if (auto target = link_target(field, relation)) return target;
  }
  return std::nullopt;
}

}  // namespace kontor::protocol::dsp
