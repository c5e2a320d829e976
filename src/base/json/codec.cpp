#include "base/json/codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/text/beginning.hpp"

namespace kontor::json {
namespace {

const Value nothing_there = Object{};

template <class T>
Result<void> read_integer(const Node& node, T& out) {
  if (auto* shape = node.shape()) {
    shape->type("integer");
    if (std::is_unsigned_v<T> || sizeof(T) < sizeof(std::int64_t)) {
      shape->keyword("minimum", std::numeric_limits<T>::min());
    }
    if (sizeof(T) < sizeof(std::int64_t)) shape->keyword("maximum", std::numeric_limits<T>::max());
  }
  if (node.is_absent()) return {};
  const auto& value = node.value();
  if (const auto* number = value.if_int64(); number && std::in_range<T>(*number)) {
    out = static_cast<T>(*number);
    return {};
  }
  if (const auto* number = value.if_uint64(); number && std::in_range<T>(*number)) {
    out = static_cast<T>(*number);
    return {};
  }
  if (value.is_int64() || value.is_uint64()) {
    return invalid(node.pointer(), "must be between {} and {}", std::numeric_limits<T>::min(),
                   std::numeric_limits<T>::max());
  }
  return invalid(node.pointer(), "must be a whole number");
}

/// Where `value` stands in the array or object that holds it; nothing when it stands elsewhere.
std::optional<std::size_t> index_in(const Value& holder, const Value& value) {
  const auto find = [&](const auto& storage) -> std::optional<std::size_t> {
    const auto at = [](const auto* place) { return reinterpret_cast<std::uintptr_t>(place); };
    const auto begin = at(storage.begin());
    if (at(&value) < begin || at(&value) >= at(storage.end())) return std::nullopt;
    return (at(&value) - begin) / sizeof(*storage.begin());
  };
  if (const auto* object = holder.if_object()) return find(*object);
  if (const auto* array = holder.if_array()) return find(*array);
  return std::nullopt;
}

std::string segment_in(const Value& holder, const Value& value) {
  const auto index = index_in(holder, value);
  invariant(index.has_value(), "a document does not change while it is read");
  const auto* object = holder.if_object();
  return object ? pointer_segment((object->begin() + *index)->key()) : std::to_string(*index);
}

Array names_of(const std::vector<std::string_view>& texts) {
  Array names;
  for (auto each : texts) names.emplace_back(each);
  return names;
}

}  // namespace

Node Node::absent(Shape& shape) {
  return Node(nothing_there, shape);
}
bool Node::is_absent() const {
  return value_ == &nothing_there;
}

std::string Node::pointer() const {
  auto pointer = base_;
  for (std::size_t i = 0; i < depth_; ++i) {
    const auto& next = i + 1 < depth_ ? *above_[i + 1] : *value_;
    pointer += "/" + segment_in(*above_[i], next);
  }
  return pointer;
}

Node Node::member(std::string_view key, const Value& value) const {
  if (shape_) return Node(value, shape_->member(key));
  if (auto node = below(value)) return std::move(*node);
  return Node(value, pointer() + "/" + pointer_segment(key));
}

Node Node::element(std::size_t index, const Value& value) const {
  if (shape_) return Node(value, shape_->items());
  if (auto node = below(value)) return std::move(*node);
  return Node(value, pointer() + "/" + std::to_string(index));
}

std::optional<Node> Node::below(const Value& value) const {
  if (depth_ == above_max || !index_in(*value_, value)) return std::nullopt;
  auto node = *this;
  node.above_[node.depth_++] = std::exchange(node.value_, &value);
  return node;
}

Result<void> read(const Node& node, std::string& out) {
  if (auto* shape = node.shape()) shape->type("string");
  if (node.is_absent()) {
    out = "text";
    return {};
  }
  const auto* text = node.value().if_string();
  if (!text) return invalid(node.pointer(), "must be a string");
  out.assign(text->data(), text->size());
  return {};
}

Result<void> read(const Node& node, bool& out) {
  if (auto* shape = node.shape()) shape->type("boolean");
  if (node.is_absent()) return {};
  const auto* value = node.value().if_bool();
  if (!value) return invalid(node.pointer(), "must be true or false");
  out = *value;
  return {};
}

Result<void> read(const Node& node, std::int64_t& out) {
  return read_integer(node, out);
}
Result<void> read(const Node& node, std::uint64_t& out) {
  return read_integer(node, out);
}
Result<void> read(const Node& node, std::int32_t& out) {
  return read_integer(node, out);
}
Result<void> read(const Node& node, std::uint32_t& out) {
  return read_integer(node, out);
}

Result<void> read(const Node& node, double& out) {
  if (auto* shape = node.shape()) shape->type("number");
  if (node.is_absent()) return {};
  if (!node.value().is_number()) return invalid(node.pointer(), "must be a number");
  out = node.value().to_number<double>();
  return {};
}

Result<void> read(const Node& node, Value& out) {
  out = node.value();
  return {};
}

Result<void> read(const Node& node, Object& out) {
  if (auto* shape = node.shape()) shape->type("object");
  const auto* object = node.value().if_object();
  if (!object) return invalid(node.pointer(), "must be an object");
  out = *object;
  return {};
}

Result<void> read(const Node& node, Instant& out) {
  std::string text;
  if (auto done = read(node, text); !done) return done;
  if (auto* shape = node.shape()) shape->keyword("format", "date-time");
  if (node.is_absent()) return {};
  auto instant = parse_instant(text);
  if (!instant) return invalid(node.pointer(), "{}", instant.error().detail);
  out = *instant;
  return {};
}

Value write(const std::string& value) {
  return Value(value);
}
Value write(bool value) {
  return Value(value);
}
Value write(std::int64_t value) {
  return Value(value);
}
Value write(std::uint64_t value) {
  return Value(value);
}
Value write(std::int32_t value) {
  return Value(value);
}
Value write(std::uint32_t value) {
  return Value(value);
}
Value write(double value) {
  return Value(value);
}
Value write(const Value& value) {
  return value;
}
Value write(const Object& value) {
  return Value(value);
}
Value write(Instant value) {
  return Value(format_instant(value));
}

ObjectReader::ObjectReader(const Node& node) : node_(node), object_(node.value().if_object()) {
  if (node.shape()) node.shape()->type("object");
  if (!object_) keep(invalid(node.pointer(), "must be an object"));
}

ObjectReader& ObjectReader::constant(std::string_view key, std::string_view expected) {
  auto child = member(key);
  if (auto* shape = node_.shape()) {
    shape->require(key);
    shape->member(key).keyword("const", Value(expected));
    return *this;
  }
  if (!child) {
    if (ok())
      keep(invalid(node_.pointer() + "/" + pointer_segment(key), "is required and must be '{}'", expected));
    return *this;
  }
  const auto& value = child->value();
  const auto is_expected = [&](const Value& candidate) {
    const auto* text = candidate.if_string();
    return text && *text == expected;
  };
  bool found = is_expected(value);
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) found = found || is_expected(element);
  }
  if (!found) keep(invalid(child->pointer(), "must be '{}'", expected));
  return *this;
}

ObjectReader& ObjectReader::one_of(std::string_view key, const std::vector<std::string_view>& expected) {
  std::string text;
  required(key, text);
  if (auto* shape = node_.shape()) shape->member(key).keyword("enum", names_of(expected));
  if (!ok() || node_.shape() || std::ranges::find(expected, text) != expected.end()) return *this;
  std::string names;
  for (auto each : expected) names += (names.empty() ? "" : ", ") + std::string(each);
  refuse(key, fmt::format("'{}' is not what is expected here: {}", text::beginning(text, 64), names));
  return *this;
}

ObjectReader& ObjectReader::holds(std::string_view key, std::string_view expected) {
  auto child = member(key);
  if (auto* shape = node_.shape()) {
    shape->require(key);
    shape->member(key).type("array");
    shape->member(key).keyword("contains", Object{{"const", expected}});
    return *this;
  }
  if (!child) {
    if (ok()) refuse(key, fmt::format("is required: [\"{}\"]", expected));
    return *this;
  }
  const auto* array = child->value().if_array();
  const bool held = array && std::ranges::any_of(*array, [&](const Value& each) {
                      const auto* text = each.if_string();
                      return text && *text == expected;
                    });
  if (!held) refuse(key, fmt::format("must be an array that holds \"{}\"", expected));
  return *this;
}

std::optional<Node> ObjectReader::needed(std::string_view key) {
  if (node_.shape()) node_.shape()->require(key);
  auto child = member(key);
  if (!child && ok()) keep(invalid(node_.pointer() + "/" + pointer_segment(key), "is required"));
  return child;
}

std::optional<Node> ObjectReader::member(std::string_view key) const {
  if (auto* shape = node_.shape()) {
    const auto* example = object_ ? object_->if_contains(key) : nullptr;
    return example && !example->is_null() ? Node(*example, shape->member(key))
                                          : Node::absent(shape->member(key));
  }
  if (!object_ || error_) return std::nullopt;
  const auto* value = object_->if_contains(key);
  if (!value) return std::nullopt;
  return node_.member(key, *value);
}

void ObjectReader::refuse(std::string_view key, std::string rule) {
  keep(invalid(node_.pointer() + "/" + pointer_segment(key), "{}", rule));
}

Result<void> ObjectReader::done() const {
  if (error_) return std::unexpected(*error_);
  return {};
}

}  // namespace kontor::json
