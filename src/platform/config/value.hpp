#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/json/codec.hpp"
#include "platform/config/node.hpp"
#include "platform/config/secret.hpp"

/// How a value of each type is named, read and shown. Fields may be text, bool, integers, double, durations
/// (`250ms`, `30s`, `5m`, `2h`, `7d`), Secret, enumerations (their namespace has `names_of(Type<E>)`, which
/// returns json::EnumNames), structs (their namespace has `fields_of(Type<T>)`), and optionals, lists and
/// maps of these.
namespace kontor::platform::config {

/// A type as an argument, so that `fields_of` and `names_of` are found in the type's own namespace.
template <class T>
struct Type {};

struct Field;
using Fields = std::vector<Field>;

template <class T>
concept HasFields = requires {
  { fields_of(Type<T>{}) } -> std::same_as<Fields>;
};
template <class E>
concept HasNames = std::is_enum_v<E> && requires(E value) {
  { names_of(Type<E>{}).name(value) } -> std::same_as<std::string_view>;
};

/// A value on its way in: what was written, where it belongs, and who is told when it is wrong.
struct Input {
  const Node& node;
  const std::string& path;  ///< `listeners.public.port`
  Problems& problems;

  void refuse(std::string_view rule) const { problems.add(node.origin, path, rule); }
};

bool read_text(const Input& in, std::string& out);
bool read_bool(const Input& in, bool& out);
bool read_integer(const Input& in, std::int64_t min, std::uint64_t max, bool as_bytes, std::int64_t& out);
bool read_number(const Input& in, double& out);
bool read_duration(const Input& in, std::chrono::microseconds resolution, std::chrono::microseconds& out);
std::string show_duration(std::chrono::microseconds duration);
std::string show_number(double value);
/// The members of a list or map; also reads one that environment or flag gave on one line.
std::optional<Node> open_list(const Input& in);
std::optional<Node> open_map(const Input& in);
/// Adds a problem for each key that no field declares, with the nearest known one.
void refuse_unknown(const Node& map, const std::string& path, const Fields& fields, Problems& problems);
/// Reads the fields of the struct at `object` from a map; refuses unknown keys.
void read_fields(const Input& in, const Fields& fields, void* object);

template <class T>
struct Value;

template <>
struct Value<std::string> {
  static std::string type() { return "text"; }
  static bool read(const Input& in, std::string& out) { return read_text(in, out); }
  static std::string show(const std::string& value) { return value.empty() ? "\"\"" : value; }
};

template <>
struct Value<Secret> {
  static std::string type() { return "secret"; }
  static bool read(const Input& in, Secret& out) {
    std::string text;
    if (!read_text(in, text)) return false;
    out = Secret(std::move(text));
    return true;
  }
  static std::string show(const Secret& value) { return value.empty() ? "\"\"" : "(secret)"; }
};

template <>
struct Value<bool> {
  static std::string type() { return "true or false"; }
  static bool read(const Input& in, bool& out) { return read_bool(in, out); }
  static std::string show(bool value) { return value ? "true" : "false"; }
};

template <std::integral T>
struct Value<T> {
  static std::string type() { return "integer"; }
  static bool read(const Input& in, T& out, bool as_bytes = false) {
    constexpr auto max =
        static_cast<std::uint64_t>(std::min<std::uint64_t>(std::numeric_limits<T>::max(), INT64_MAX));
    std::int64_t value = 0;
    if (!read_integer(in, std::is_signed_v<T> ? static_cast<std::int64_t>(std::numeric_limits<T>::min()) : 0,
                      max, as_bytes, value)) {
      return false;
    }
    out = static_cast<T>(value);
    return true;
  }
  static std::string show(T value) { return std::to_string(value); }
};

template <>
struct Value<double> {
  static std::string type() { return "number"; }
  static bool read(const Input& in, double& out) { return read_number(in, out); }
  static std::string show(double value) { return show_number(value); }
};

template <class Rep, class Period>
struct Value<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  static std::string type() { return "duration"; }
  static bool read(const Input& in, Duration& out) {
    std::chrono::microseconds value{};
    if (!read_duration(in, std::chrono::microseconds(Duration(1)), value)) return false;
    out = std::chrono::duration_cast<Duration>(value);
    return true;
  }
  static std::string show(Duration value) { return show_duration(value); }
};

template <HasNames E>
struct Value<E> {
  static std::string type() {
    std::string known;
    for (const auto& row : names_of(Type<E>{}).rows)
      known += (known.empty() ? "" : ", ") + std::string(row.second);
    return "one of " + known;
  }
  static bool read(const Input& in, E& out) {
    std::string text;
    if (!read_text(in, text)) return false;
    auto value = names_of(Type<E>{}).value(text);
    if (value) {
      out = *value;
    } else {
      in.refuse("must be " + type());
    }
    return value.has_value();
  }
  static std::string show(E value) { return std::string(names_of(Type<E>{}).name(value)); }
};

template <HasFields T>
struct Value<T> {
  static std::string type() { return "section"; }
  static bool read(const Input& in, T& out) {
    read_fields(in, fields_of(Type<T>{}), &out);
    return true;
  }
  static std::string show(const T&) { return {}; }
};

template <class T>
struct Value<std::optional<T>> {
  static std::string type() { return Value<T>::type(); }
  static bool read(const Input& in, std::optional<T>& out) {
    T value{};
    if (!Value<T>::read(in, value)) return false;
    out = std::move(value);
    return true;
  }
  static std::string show(const std::optional<T>& value) { return value ? Value<T>::show(*value) : "none"; }
};

template <class T>
struct Value<std::vector<T>> {
  static std::string type() { return "list of " + Value<T>::type(); }
  static bool read(const Input& in, std::vector<T>& out) {
    auto list = open_list(in);
    if (!list) return false;
    out.clear();
    for (std::size_t i = 0; i < list->elements.size(); ++i) {
      const std::string path = in.path + "[" + std::to_string(i) + "]";
      Value<T>::read({list->elements[i], path, in.problems}, out.emplace_back());
    }
    return true;
  }
  static std::string show(const std::vector<T>& values) {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : ", ") + Value<T>::show(value);
    return "[" + text + "]";
  }
};

template <class T>
struct Value<std::map<std::string, T>> {
  static std::string type() { return "map of " + Value<T>::type(); }
  static bool read(const Input& in, std::map<std::string, T>& out) {
    auto map = open_map(in);
    if (!map) return false;
    out.clear();
    for (const auto& [key, node] : map->members) {
      const std::string path = in.path + "." + key;
      Value<T>::read({node, path, in.problems}, out[key]);
    }
    return true;
  }
  static std::string show(const std::map<std::string, T>& values) {
    std::string text;
    for (const auto& [key, value] : values)
      text += (text.empty() ? "" : ", ") + key + ": " + Value<T>::show(value);
    return "{" + text + "}";
  }
};

}  // namespace kontor::platform::config
