#include "protocol/vc/format.hpp"

#include "base/text/beginning.hpp"
#include "base/text/text.hpp"

namespace kontor::protocol::vc {

std::optional<Format> parse_format(std::string_view name) {
  for (const auto& [format, known] : format_names.rows) {
    if (text::equal_ignoring_case(name, known) || text::equal_ignoring_case(name, profile_names.name(format)))
      return format;
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
                 text::beginning(text, 64));
}

json::Value write(const Format& format) {
  return json::write(std::string(format_names.name(format)));
}

}  // namespace kontor::protocol::vc
