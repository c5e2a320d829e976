#include "protocol/vc/format.hpp"

#include <algorithm>

namespace kontor::protocol::vc {
namespace {

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::optional<Format> parse_format(std::string_view name) {
  for (const auto& [format, known] : format_names.rows) {
    if (same_letters(name, known) || same_letters(name, profile_names.name(format))) return format;
  }
  return std::nullopt;
}

Result<void> read(const json::Node& node, Format& out) {
  std::string text;
  if (auto done = json::read(node, text); !done) return done;
  if (auto format = parse_format(text)) {
    out = *format;
    return {};
  }
  return invalid(node.pointer(),
                 "'{}' is no supported credential format: use vc11-sl2021/jwt or vc20-bssl/jwt",
                 text.substr(0, 64));
}

json::Value write(const Format& format) {
  return json::write(std::string(format_names.name(format)));
}

}  // namespace kontor::protocol::vc
