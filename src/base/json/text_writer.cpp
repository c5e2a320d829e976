#include "base/json/text_writer.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace kontor::json {
namespace {

/// How a character is spelled behind a backslash; 0: as it is; 'u': by its number.
constexpr auto spellings = [] {
  std::array<char, 256> all{};
  for (std::size_t i = 0; i < 0x20; ++i) all[i] = 'u';
  all['"'] = '"';
  all['\\'] = '\\';
  all['\b'] = 'b';
  all['\f'] = 'f';
  all['\n'] = 'n';
  all['\r'] = 'r';
  all['\t'] = 't';
  return all;
}();

}  // namespace

void append(std::string& out, std::string_view text) {
  out += '"';
  const auto* written = text.data();
  for (const char& c : text) {
    const char spelling = spellings[static_cast<unsigned char>(c)];
    if (spelling == 0) continue;
    out.append(written, static_cast<std::size_t>(&c - written));
    written = &c + 1;
    out += '\\';
    out += spelling;
    if (spelling == 'u') fmt::format_to(std::back_inserter(out), "{:04x}", static_cast<unsigned>(c));
  }
  out.append(written, static_cast<std::size_t>(text.data() + text.size() - written));
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
