#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/shared_object.hpp"

/// Documents written straight into a text, without a value that is built first: for what is written often. A
/// type takes part by a function in its own namespace:
///
///     void append(std::string& out, const T& value);
///
/// Who writes both, a value and a text, has one function for its members, over `ObjectWriter` and
/// `ObjectText`.
namespace kontor::json {

void append(std::string& out, std::string_view text);
void append(std::string& out, const char* text);
void append(std::string& out, bool value);
void append(std::string& out, std::int64_t value);
void append(std::string& out, std::uint64_t value);
void append(std::string& out, std::int32_t value);
void append(std::string& out, std::uint32_t value);
void append(std::string& out, Instant value);
void append(std::string& out, const Value& value);
void append(std::string& out, const Object& value);
void append(std::string& out, const SharedObject& value);

inline void append(std::string& out, const std::string& text) {
  append(out, std::string_view(text));
}

template <class Tag>
void append(std::string& out, const Id<Tag>& id) {
  append(out, std::string_view(id.str()));
}

/// What is written rarely has its `write` alone.
template <class T>
  requires(std::is_class_v<T> && requires(const T& value) { write(value); })
void append(std::string& out, const T& value) {
  append(out, write(value));
}

template <class T>
void append(std::string& out, const std::vector<T>& values) {
  out += '[';
  for (const auto& value : values) {
    if (&value != &values.front()) out += ',';
    append(out, value);
  }
  out += ']';
}

/// Writes an object into a text; an empty optional is left out. The caller names no key twice.
class ObjectText {
 public:
  explicit ObjectText(std::string& out) : out_(out), begin_(out.size()) { out_ += '{'; }

  template <class T>
  ObjectText& field(std::string_view key, const T& value) {
    name(key);
    append(out_, value);
    return *this;
  }

  template <class T>
  ObjectText& field(std::string_view key, const std::optional<T>& value) {
    if (value) field(key, *value);
    return *this;
  }

  /// Left out when empty: the schemas forbid empty arrays in many places.
  template <class T>
  ObjectText& non_empty(std::string_view key, const T& values) {
    if (!values.empty()) field(key, values);
    return *this;
  }

  /// All members of an object that is a text already, without spaces around it.
  ObjectText& members_of(std::string_view object);

  void end() { out_ += '}'; }

 private:
  void separate() {
    if (out_.size() > begin_ + 1) out_ += ',';
  }
  void name(std::string_view key) {
    separate();
    append(out_, key);
    out_ += ':';
  }

  std::string& out_;
  std::size_t begin_;
};

/// `append` into a text of its own.
template <class T>
std::string text_of(const T& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace kontor::json
