#include "base/json/text_writer.hpp"

#include <fmt/format.h>

#include <iterator>

namespace kontor::json {
namespace {

bool needs_escape(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view plain = "\"\\\b\f\n\r\t";
  constexpr std::string_view spelled = "\"\\bfnrt";
  out += '\\';
  if (const auto at = plain.find(c); at != plain.npos) {
    out += spelled[at];
  } else {
    fmt::format_to(std::back_inserter(out), "u{:04x}", static_cast<unsigned>(c));
  }
}

}  // namespace

void append(std::string& out, std::string_view text) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out.append(text, written, i - written);
    append_escaped(out, text[i]);
    written = i + 1;
  }
  out.append(text, written);
  out += '"';
}

void append(std::string& out, const char* text) {
  append(out, std::string_view(text));
}
void append(std::string& out, bool value) {
  out += value ? "true" : "false";
}
void append(std::string& out, std::int64_t value) {
  out += fmt::format_int(value).c_str();
}
void append(std::string& out, std::uint64_t value) {
  out += fmt::format_int(value).c_str();
}
void append(std::string& out, std::int32_t value) {
  out += fmt::format_int(value).c_str();
}
void append(std::string& out, std::uint32_t value) {
  out += fmt::format_int(value).c_str();
}
void append(std::string& out, Instant value) {
  append(out, std::string_view(format_instant(value)));
}

void append(std::string& out, const Value& value) {
  if (const auto* text = value.if_string()) {
    append(out, std::string_view(*text));
  } else if (const auto* object = value.if_object()) {
    append(out, *object);
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const auto& each : *array) {
      if (&each != array->data()) out += ',';
      append(out, each);
    }
    out += ']';
  } else {
    out += serialize(value);
  }
}

void append(std::string& out, const Object& value) {
  ObjectText object(out);
  for (const auto& member : value) object.field(member.key(), member.value());
  object.end();
}

void append(std::string& out, const SharedObject& value) {
  append(out, *value);
}

ObjectText& ObjectText::members_of(std::string_view object) {
  const bool holds_some = object.size() > 2 && object.front() == '{' && object.back() == '}';
  if (!holds_some) return *this;
  separate();
  out_ += object.substr(1, object.size() - 2);
  return *this;
}

}  // namespace kontor::json
