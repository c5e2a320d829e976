#include "base/json/shape.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace kontor::json {

struct Shape::State {
  Shapes* home;
  std::vector<std::string> types = {};
  std::vector<std::pair<std::string, Value>> keywords = {};
  std::vector<std::pair<std::string, std::unique_ptr<Shape>>> members = {};
  std::set<std::string, std::less<>> required = {};
  std::unique_ptr<Shape> items = {};
  std::unique_ptr<Shape> values = {};
  bool one_or_many = false;
  bool begun = false;
  std::string definition = {};
};

struct Shapes::State {
  std::string prefix;
  std::map<std::string, std::unique_ptr<Shape>> definitions = {};
};

namespace {

std::string_view type_of(const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::bool_:
      return "boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return "integer";
    case boost::json::kind::double_:
      return "number";
    case boost::json::kind::string:
      return "string";
    case boost::json::kind::array:
      return "array";
    case boost::json::kind::object:
      return "object";
    case boost::json::kind::null:
      break;
  }
  return {};
}

Shape& made(std::unique_ptr<Shape>& place, Shapes& home) {
  if (!place) place = std::make_unique<Shape>(home);
  return *place;
}

}  // namespace

Shape::Shape(Shapes& home) : state_(std::make_unique<State>(&home)) {}
Shape::~Shape() = default;

Value Shape::schema() const {
  if (!state_->definition.empty() && !state_->one_or_many)
    return Object{{"$ref", state_->home->reference(state_->definition)}};
  if (!state_->one_or_many) return object_or_value();
  const auto one = state_->items ? state_->items->schema() : Value(Object{});
  return Object{{"anyOf", Array{one, Object{{"type", "array"}, {"items", one}}}}};
}

Value Shape::object_or_value() const {
  Object schema;
  if (state_->types.size() == 1) schema["type"] = state_->types.front();
  if (state_->types.size() > 1) {
    Array all;
    for (const auto& each : state_->types) all.emplace_back(each);
    schema["type"] = std::move(all);
  }
  for (const auto& [key, value] : state_->keywords) schema[key] = value;
  if (!state_->members.empty()) {
    Object properties;
    for (const auto& [key, member] : state_->members) properties[key] = member->schema();
    schema["properties"] = std::move(properties);
  }
  if (!state_->required.empty()) {
    Array names;
    for (const auto& each : state_->required) names.emplace_back(each);
    schema["required"] = std::move(names);
  }
  if (state_->items) schema["items"] = state_->items->schema();
  if (state_->values) schema["additionalProperties"] = state_->values->schema();
  return schema;
}

void Shape::type(std::string_view name) {
  if (std::ranges::find(state_->types, name) == state_->types.end()) state_->types.emplace_back(name);
}

void Shape::keyword(std::string_view key, Value value) {
  const auto known = std::ranges::find(state_->keywords, key, &std::pair<std::string, Value>::first);
  if (known == state_->keywords.end()) {
    state_->keywords.emplace_back(key, std::move(value));
  } else {
    known->second = std::move(value);
  }
}

Shape& Shape::member(std::string_view key) {
  type("object");
  for (auto& [name, shape] : state_->members) {
    if (name == key) return *shape;
  }
  return *state_->members.emplace_back(key, std::make_unique<Shape>(*state_->home)).second;
}

void Shape::require(std::string_view key) {
  type("object");
  state_->required.emplace(key);
}

Shape& Shape::items() {
  type("array");
  return made(state_->items, *state_->home);
}

Shape& Shape::values() {
  type("object");
  return made(state_->values, *state_->home);
}

void Shape::one_or_many() {
  state_->one_or_many = true;
}

Shape& Shape::refer_to(const std::string& definition) {
  state_->definition = definition;
  return state_->home->definition(definition);
}

bool Shape::described() const {
  return !state_->types.empty() || !state_->members.empty() || state_->items || state_->values;
}

bool Shape::begin(bool without_example) {
  return !std::exchange(state_->begun, true) || !without_example;
}

void Shape::written(const Value& sample) {
  // A codec that says something and no type takes anything: one sample tells nothing of the next.
  if (!described() && !state_->keywords.empty()) return;
  const auto* object = sample.if_object();
  if (!object) {
    if (!described() && !type_of(sample).empty()) type(type_of(sample));
    return;
  }
  for (const auto& each : *object) {
    const bool known =
        std::ranges::any_of(state_->members, [&](const auto& member) { return member.first == each.key(); });
    auto& place = member(each.key());
    if (known) continue;
    if (const auto name = type_of(each.value()); !name.empty()) place.type(name);
    place.keyword("readOnly", true);
  }
}

Shapes::Shapes(std::string prefix) : state_(std::make_unique<State>(std::move(prefix))) {}
Shapes::~Shapes() = default;

std::string Shapes::reference(const std::string& name) const {
  return state_->prefix + name;
}

Shape& Shapes::definition(const std::string& name) {
  return made(state_->definitions[name], *this);
}

Object Shapes::schemas() const {
  Object schemas;
  for (const auto& [name, shape] : state_->definitions) schemas[name] = shape->schema();
  return schemas;
}

std::string definition_name(std::string_view type) {
  std::string text(type);
  for (std::string_view part : {"kontor::", "protocol::", "api::", "(anonymous namespace)::"}) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part))
      text.erase(at, part.size());
  }
  std::string name;
  for (const char each : text) {
    if (std::isalnum(static_cast<unsigned char>(each)) != 0 || each == '_') {
      name += each;
    } else if (!name.empty() && name.back() != '.') {
      name += '.';
    }
  }
  while (name.ends_with('.')) name.pop_back();
  return name;
}

}  // namespace kontor::json
