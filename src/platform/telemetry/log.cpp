#include "platform/telemetry/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "base/time/time.hpp"

namespace kontor::platform::telemetry {
namespace {

constexpr std::size_t message_bytes_max = 4096;
constexpr std::size_t field_bytes_max = 512;

class StandardError final : public LogSink {
 public:
  /// One call a line: lines of several threads do not mix.
  void write(std::string_view line) override {
    while (!line.empty()) {
      const auto written = ::write(STDERR_FILENO, line.data(), line.size());
      if (written <= 0) return;
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  }
};

/// The length of the well-formed UTF-8 sequence that `text` begins with (RFC 3629); 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = at(0);
  if (first < 0x80) return 1;
  std::size_t length = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  const auto second = at(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool beyond = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

/// Whether a terminal or a reader would take the character for more than a letter: C0, DEL, C1, line and
/// paragraph separators, and those that turn the direction of writing.
bool dangerous(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7F;
  if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const auto second = static_cast<unsigned char>(character[1]);
  const auto third = static_cast<unsigned char>(character[2]);
  if (second == 0x80) return (third >= 0xA8 && third <= 0xAE) || third == 0x8E || third == 0x8F;
  return second == 0x81 && third >= 0xA6 && third <= 0xA9;
}

/// The code point of a well-formed sequence of one to three bytes.
unsigned code_point(std::string_view character) {
  const auto at = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(character[i]));
  };
  if (character.size() == 1) return at(0);
  if (character.size() == 2) return ((at(0) & 0x1F) << 6) | (at(1) & 0x3F);
  return ((at(0) & 0x0F) << 12) | ((at(1) & 0x3F) << 6) | (at(2) & 0x3F);
}

void append_character(std::string& out, std::string_view character) {
  if (character == "\"" || character == "\\") {
    out += '\\';
    out += character;
  } else if (character == "\n") {
    out += "\\n";
  } else if (dangerous(character)) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point(character));
  } else {
    out += character;
  }
}

/// How many characters at its beginning stand in a line as they are.
std::size_t plain_length(std::string_view text) {
  const auto first = std::ranges::find_if(
      text, [](char each) { return each < 0x20 || each > 0x7E || each == '"' || each == '\\'; });
  return static_cast<std::size_t>(first - text.begin());
}

void append_field(std::string& line, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  line += ",\"";
  line += name;
  line += "\":\"";
  append_escaped(line, value, field_bytes_max);
  line += '"';
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, std::size_t bytes_max) {
  std::size_t used = 0;
  for (;;) {
    const auto plain = plain_length(text.substr(used, bytes_max - used));
    out += text.substr(used, plain);
    used += plain;
    if (used == text.size()) return;
    const auto rest = text.substr(used);
    const auto length = sequence_length(rest);
    if (used + std::max<std::size_t>(length, 1) > bytes_max) {
      out += "…";
      return;
    }
    if (length == 0) {
      out += "\uFFFD";
      ++used;
    } else {
      append_character(out, rest.substr(0, length));
      used += length;
    }
  }
}

std::unique_ptr<LogSink> standard_error_sink() {
  return std::make_unique<StandardError>();
}

Log::Log(LogSink& sink, const async::Clock& clock, const LogLevels& levels, std::string_view component)
    : sink_(&sink), clock_(&clock), levels_(&levels), component_(component) {
  const auto own = levels.components.find(std::string(component));
  threshold_ = own == levels.components.end() ? levels.level : own->second;
}

Log Log::component(std::string_view name) const {
  return Log(*sink_, *clock_, *levels_, name);
}

void Log::write_line(Severity severity, const About& about, fmt::string_view text,
                     fmt::format_args args) const {
  fmt::memory_buffer message;
  fmt::vformat_to(std::back_inserter(message), text, args);
  std::string line;
  line.reserve(256 + message.size());
  line += "{\"time\":\"";
  line += format_instant(clock_->now());
  line += "\",\"severity\":\"";
  line += severity_names.name(severity);
  line += '"';
  append_field(line, "component", component_);
  append_field(line, "category", category_names.name(about.category));
  append_field(line, "tenant", about.tenant);
  append_field(line, "context", about.context);
  append_field(line, "action", about.action);
  append_field(line, "counterParty", about.counter_party);
  append_field(line, "processId", about.process_id);
  append_field(line, "traceId", about.trace_id);
  append_field(line, "incident", about.incident);
  line += ",\"message\":\"";
  append_escaped(line, {message.data(), message.size()}, message_bytes_max);
  line += "\"}\n";
  sink_->write(line);
}

}  // namespace kontor::platform::telemetry
