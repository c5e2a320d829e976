#include "base/json/shape.hpp"

#include <algorithm>
#include <cctype>

namespace kontor::json {
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

Value Shape::schema() const {
  if (!definition_.empty() && !one_or_many_) return Object{{"$ref", home_->reference(definition_)}};
  if (!one_or_many_) return object_or_value();
  const auto one = items_ ? items_->schema() : Value(Object{});
  return Object{{"anyOf", Array{one, Object{{"type", "array"}, {"items", one}}}}};
}

Value Shape::object_or_value() const {
  Object schema;
  if (types_.size() == 1) schema["type"] = types_.front();
  if (types_.size() > 1) {
    Array all;
    for (const auto& each : types_) all.emplace_back(each);
    schema["type"] = std::move(all);
  }
  for (const auto& [key, value] : keywords_) schema[key] = value;
  if (!members_.empty()) {
    Object properties;
    for (const auto& [key, member] : members_) properties[key] = member->schema();
    schema["properties"] = std::move(properties);
  }
  if (!required_.empty()) {
    Array names;
    for (const auto& each : required_) names.emplace_back(each);
    schema["required"] = std::move(names);
  }
  if (items_) schema["items"] = items_->schema();
  if (values_) schema["additionalProperties"] = values_->schema();
  return schema;
}

void Shape::type(std::string_view name) {
  if (std::ranges::find(types_, name) == types_.end()) types_.emplace_back(name);
}

void Shape::keyword(std::string_view key, Value value) {
  const auto known = std::ranges::find(keywords_, key, &std::pair<std::string, Value>::first);
  if (known == keywords_.end()) {
    keywords_.emplace_back(key, std::move(value));
  } else {
    known->second = std::move(value);
  }
}

Shape& Shape::member(std::string_view key) {
  type("object");
  for (auto& [name, shape] : members_) {
    if (name == key) return *shape;
  }
  return *members_.emplace_back(key, std::make_unique<Shape>(*home_)).second;
}

void Shape::require(std::string_view key) {
  type("object");
  required_.emplace(key);
}

Shape& Shape::items() {
  type("array");
  return made(items_, *home_);
}

Shape& Shape::values() {
  type("object");
  return made(values_, *home_);
}

void Shape::one_or_many() {
  one_or_many_ = true;
}

Shape& Shape::refer_to(const std::string& definition) {
  definition_ = definition;
  return home_->definition(definition);
}

bool Shape::begin(bool without_example) {
  return !std::exchange(begun_, true) || !without_example;
}

void Shape::written(const Value& sample) {
  // A codec that says something and no type takes anything: one sample tells nothing of the next.
  if (!described() && !keywords_.empty()) return;
  const auto* object = sample.if_object();
  if (!object) {
    if (!described() && !type_of(sample).empty()) type(type_of(sample));
    return;
  }
  for (const auto& each : *object) {
    const bool known =
        std::ranges::any_of(members_, [&](const auto& member) { return member.first == each.key(); });
    auto& place = member(each.key());
    if (known) continue;
    if (const auto name = type_of(each.value()); !name.empty()) place.type(name);
    place.keyword("readOnly", true);
  }
}

Shape& Shapes::definition(const std::string& name) {
  return made(definitions_[name], *this);
}

Object Shapes::schemas() const {
  Object schemas;
  for (const auto& [name, shape] : definitions_) schemas[name] = shape->schema();
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
