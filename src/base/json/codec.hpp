#pragma once

#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/json.hpp"
#include "base/json/shape.hpp"
#include "base/text/beginning.hpp"
#include "base/text/type_name.hpp"
#include "base/time/time.hpp"

/// Typed codecs. A type `T` takes part by two free functions in its own namespace:
///
///     Result<void> read(const json::Node& node, T& out);   // tolerant: unknown members are ignored
///     json::Value write(const T& value);                   // strict: exactly what the specification says
///
/// `json::decode<T>(text)`, `json::decode_value<T>(value)` and `json::encode(value)` are the ends. A decoding
/// error names the JSON pointer and the rule. `ObjectReader` stops at the first error and keeps it.
///
/// A codec also describes itself: `json::describe<T>(shape)` lets its `read` run on a node with a shape.
namespace kontor::json {

/// A value in a document together with its place, so that an error can name it. The document outlives it
/// unchanged: the place is found in it when it is asked for.
class Node {
 public:
  explicit Node(const Value& value, std::string pointer = "") : value_(&value), base_(std::move(pointer)) {}
  /// A node that describes: what is asked of it is noted in `shape`, of an example or of what is not there.
  Node(const Value& example, Shape& shape) : value_(&example), shape_(&shape) {}
  static Node absent(Shape& shape);

  const Value& value() const { return *value_; }
  /// Made anew for each call: the pointer that the first node was given, and the way from there.
  std::string pointer() const;
  /// What `value` is below this node. It need not be the document's: what stands for it has its place.
  Node member(std::string_view key, const Value& value) const;
  Node element(std::size_t index, const Value& value) const;

  /// Null: this node only reads.
  Shape* shape() const { return shape_; }
  /// Describes, and there is no example to read.
  bool is_absent() const;

 private:
  /// Deeper ones write down their place and begin again.
  static constexpr std::size_t above_max = 7;

  /// The node of a value that this one holds, if it does and there is room.
  std::optional<Node> below(const Value& value) const;

  const Value* value_;
  std::string base_;  ///< the place of the first of `above_`
  std::array<const Value*, above_max> above_{};
  std::size_t depth_ = 0;  ///< how many of `above_`: each holds the next, the last one `value_`
  Shape* shape_ = nullptr;
};

Result<void> read(const Node& node, std::string& out);
Result<void> read(const Node& node, bool& out);
Result<void> read(const Node& node, std::int64_t& out);
Result<void> read(const Node& node, std::uint64_t& out);
Result<void> read(const Node& node, std::int32_t& out);
Result<void> read(const Node& node, std::uint32_t& out);
Result<void> read(const Node& node, double& out);
Result<void> read(const Node& node, Value& out);
Result<void> read(const Node& node, Object& out);
Result<void> read(const Node& node, Instant& out);  ///< an xsd:dateTime string

Value write(const std::string& value);
Value write(bool value);
Value write(std::int64_t value);
Value write(std::uint64_t value);
Value write(std::int32_t value);
Value write(std::uint32_t value);
Value write(double value);
Value write(const Value& value);
Value write(const Object& value);
Value write(Instant value);
template <class Tag>
Value write(const Id<Tag>& id);
template <class T>
Value write(const std::vector<T>& values);
template <class T>
Value write(const std::map<std::string, T>& values);

template <class Tag>
Result<void> read(const Node& node, Id<Tag>& out) {
  std::string text;
  if (auto done = read(node, text); !done) return done;
  if (node.shape()) node.shape()->keyword("minLength", 1);
  if (text.empty()) return invalid(node.pointer(), "must not be empty");
  out = Id<Tag>(std::move(text));
  return {};
}

template <class Tag>
Value write(const Id<Tag>& id) {
  return write(id.str());
}

/// Types that are described where they stand; all others become definitions of their own.
template <class T>
inline constexpr bool described_in_place = !std::is_class_v<T>;
template <>
inline constexpr bool described_in_place<std::string> = true;
template <>
inline constexpr bool described_in_place<Value> = true;
template <>
inline constexpr bool described_in_place<Object> = true;
template <>
inline constexpr bool described_in_place<Instant> = true;
template <class Tag>
inline constexpr bool described_in_place<Id<Tag>> = true;
template <class T>
inline constexpr bool described_in_place<std::vector<T>> = true;
template <class T>
inline constexpr bool described_in_place<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool described_in_place<std::optional<T>> = true;
template <class... T>
inline constexpr bool described_in_place<std::variant<T...>> = true;

/// Describes the type at the node's place: what `read` asks for, and what `write` gives beside it.
template <class T>
void describe_at(const Node& node, T& out) {
  if constexpr (described_in_place<T>) {
    [[maybe_unused]] auto done = read(node, out);
  } else {
    const auto name = definition_name(type_name<T>());
    auto& definition = node.shape()->refer_to(name);
    if (!definition.begin(node.is_absent())) return;
    if constexpr (requires { read(node, out); }) {
      [[maybe_unused]] auto done =
          read(node.is_absent() ? Node::absent(definition) : Node(node.value(), definition), out);
    }
    if constexpr (requires { write(out); }) definition.written(write(out));
  }
}

/// Reads a part of a document: a member, an element.
template <class T>
Result<void> read_part(const Node& node, T& out) {
  if (!node.shape()) return read(node, out);
  describe_at(node, out);
  return {};
}

template <class T>
Result<void> read(const Node& node, std::vector<T>& out) {
  const auto* array = node.value().if_array();
  if (node.shape() && (!array || array->empty())) {
    describe_at(Node::absent(node.shape()->items()), out.emplace_back());
    return {};
  }
  if (!array) return invalid(node.pointer(), "must be an array");
  out.clear();
  out.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    T element{};
    if (auto done = read_part(node.element(i, (*array)[i]), element); !done) return done;
    out.push_back(std::move(element));
  }
  return {};
}

template <class T>
Value write(const std::vector<T>& values) {
  Array array;
  array.reserve(values.size());
  for (const auto& value : values) array.push_back(write(value));
  return array;
}

template <class T>
Result<void> read(const Node& node, std::map<std::string, T>& out) {
  if (node.shape()) {
    T element{};
    describe_at(Node::absent(node.shape()->values()), element);
    out.emplace("name", std::move(element));
    return {};
  }
  const auto* object = node.value().if_object();
  if (!object) return invalid(node.pointer(), "must be an object");
  out.clear();
  for (const auto& member : *object) {
    T element{};
    if (auto done = read(node.member(member.key(), member.value()), element); !done) return done;
    out.emplace(std::string(member.key()), std::move(element));
  }
  return {};
}

template <class T>
Value write(const std::map<std::string, T>& values) {
  Object object;
  for (const auto& [key, value] : values) object.emplace(key, write(value));
  return object;
}

/// Reads the members of one object.
///
///     ObjectReader in(node);
///     in.required("@id", asset.id).optional("properties", asset.properties);
///     return in.done();
class ObjectReader {
 public:
  explicit ObjectReader(const Node& node);

  template <class T>
  ObjectReader& required(std::string_view key, T& out) {
    if (auto child = needed(key)) keep(read_part(*child, out));
    return *this;
  }

  /// Absent and null leave `out` as it is.
  template <class T>
  ObjectReader& optional(std::string_view key, T& out) {
    if (auto child = member(key); child && !child->value().is_null()) keep(read_part(*child, out));
    return *this;
  }

  template <class T>
  ObjectReader& optional(std::string_view key, std::optional<T>& out) {
    auto child = member(key);
    if (!child || child->value().is_null()) return *this;
    T value{};
    if (auto done = read_part(*child, value); done) {
      out = std::move(value);
    } else {
      keep(std::move(done));
    }
    return *this;
  }

  /// One value or an array of values: JSON-LD writes both for the same thing.
  template <class T>
  ObjectReader& one_or_many(std::string_view key, std::vector<T>& out) {
    auto child = member(key);
    if (!child || child->value().is_null()) return *this;
    if (auto* shape = child->shape()) shape->one_or_many();
    if (child->value().is_array() || child->is_absent()) {
      keep(read_part(*child, out));
    } else {
      T value{};
      auto done = child->shape() ? read_part(child->element(0, child->value()), value) : read(*child, value);
      if (done) out.push_back(std::move(value));
      keep(std::move(done));
    }
    return *this;
  }

  /// The member must be this string (or an array that holds it), as `@type` must.
  ObjectReader& constant(std::string_view key, std::string_view expected);
  /// The member must be one of these strings.
  ObjectReader& one_of(std::string_view key, const std::vector<std::string_view>& expected);
  /// The member must be an array that holds this string.
  ObjectReader& holds(std::string_view key, std::string_view expected);

  bool has(std::string_view key) const { return object_ && object_->contains(key); }
  /// The member at `key`, or nothing when absent or after an error.
  std::optional<Node> member(std::string_view key) const;
  const Object* object() const { return object_; }

  /// Breaks off with a rule of the caller's own.
  void refuse(std::string_view key, std::string rule);
  bool ok() const { return !error_; }
  Result<void> done() const;

 private:
  /// The member at `key`; its absence is an error.
  std::optional<Node> needed(std::string_view key);
  void keep(Result<void> result) {
    if (!result && !error_ && !node_.shape()) error_ = std::move(result.error());
  }

  Node node_;
  const Object* object_;
  std::optional<Error> error_;
};

/// Writes an object; an empty optional is left out.
class ObjectWriter {
 public:
  template <class T>
  ObjectWriter& field(std::string_view key, const T& value) {
    object_.insert_or_assign(key, write(value));
    return *this;
  }
  ObjectWriter& field(std::string_view key, const char* value) { return field(key, std::string(value)); }
  ObjectWriter& field(std::string_view key, std::string_view value) { return field(key, std::string(value)); }

  template <class T>
  ObjectWriter& field(std::string_view key, const std::optional<T>& value) {
    if (value) field(key, *value);
    return *this;
  }

  /// Left out when empty: the schemas forbid empty arrays in many places.
  template <class T>
  ObjectWriter& non_empty(std::string_view key, const T& values) {
    if (!values.empty()) field(key, values);
    return *this;
  }

  Value done() { return std::move(object_); }

 private:
  Object object_;
};

/// An enumeration and its names on the wire: `inline constexpr EnumNames state_names{{{State::requested,
/// "REQUESTED"}…}}`.
template <class E, std::size_t N>
struct EnumNames {
  std::pair<E, std::string_view> rows[N];

  constexpr std::string_view name(E value) const {
    for (const auto& row : rows) {
      if (row.first == value) return row.second;
    }
    return {};
  }
  constexpr std::optional<E> value(std::string_view name) const {
    for (const auto& row : rows) {
      if (row.second == name) return row.first;
    }
    return std::nullopt;
  }
};
template <class E, std::size_t N>
EnumNames(const std::pair<E, std::string_view> (&)[N]) -> EnumNames<E, N>;

template <class E, std::size_t N>
Result<void> read_enum(const Node& node, const EnumNames<E, N>& names, E& out) {
  if (auto* shape = node.shape()) {
    Array all;
    for (const auto& row : names.rows) all.emplace_back(row.second);
    shape->keyword("enum", std::move(all));
    shape->type("string");
  }
  if (node.is_absent()) {
    out = names.rows[0].first;
    return {};
  }
  std::string text;
  if (auto done = read(node, text); !done) return done;
  if (auto value = names.value(text)) {
    out = *value;
    return {};
  }
  std::string known;
  for (const auto& row : names.rows) known += (known.empty() ? "" : ", ") + std::string(row.second);
  return invalid(node.pointer(), "'{}' is none of: {}", text::beginning(text, 64), known);
}

/// Notes in `shape` what the codec of `T` takes and gives. An example, where there is one, leads through code
/// that looks into what it reads.
template <class T>
void describe(Shape& shape, const Value* example = nullptr) {
  T out{};
  describe_at(example ? Node(*example, shape) : Node::absent(shape), out);
}

template <class T>
Result<T> decode_value(const Value& value, std::string pointer = "") {
  T out{};
  if (auto done = read(Node(value, std::move(pointer)), out); !done) return fail(std::move(done.error()));
  return out;
}

template <class T>
Result<T> decode(std::string_view text, ParseLimits limits = {}) {
  auto value = parse(text, limits);
  if (!value) return fail(std::move(value.error()));
  return decode_value<T>(*value);
}

template <class T>
std::string encode(const T& value) {
  return serialize(write(value));
}

}  // namespace kontor::json
