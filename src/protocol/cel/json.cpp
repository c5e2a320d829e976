#include "protocol/cel/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>

#include "base/text/beginning.hpp"
#include "base/text/encoding.hpp"

namespace kontor::protocol::cel {
namespace {

std::string key_text(const Value& key) {
  if (const auto* text = key.if_string()) return *text;
  if (const auto* number = key.if_int()) return std::to_string(*number);
  if (const auto* number = key.if_uint()) return std::to_string(*number);
  return *key.if_bool() ? "true" : "false";
}

Result<json::Value> list_to_json(const List& list) {
  json::Array array;
  array.reserve(list.size());
  for (const auto& element : list) {
    auto value = to_json(element);
    if (!value) return value;
    array.push_back(std::move(*value));
  }
  return array;
}

Result<json::Value> map_to_json(const Map& map) {
  json::Object object;
  for (const auto& entry : map.entries()) {
    auto value = to_json(entry.value);
    if (!value) return value;
    auto key = key_text(entry.key);
    if (!object.emplace(key, std::move(*value)).second) {
      return invalid("", "a map has two keys that are both '{}' in JSON", text::beginning(key, 64));
    }
  }
  return object;
}

}  // namespace

Value from_json(const json::Value& value) {
  if (const auto* flag = value.if_bool()) return *flag;
  if (const auto* number = value.if_int64()) return *number;
  if (const auto* number = value.if_uint64()) return *number;
  if (const auto* number = value.if_double()) return *number;
  if (const auto* text = value.if_string()) return std::string_view(*text);
  if (const auto* array = value.if_array()) {
    List list;
    list.reserve(array->size());
    for (const auto& element : *array) list.push_back(from_json(element));
    return list;
  }
  if (const auto* object = value.if_object()) {
    std::vector<Map::Entry> entries;
    entries.reserve(object->size());
    for (const auto& member : *object) {
      entries.push_back({std::string_view(member.key()), from_json(member.value())});
    }
    auto map = Map::of(std::move(entries));
    invariant(map.has_value(), "the keys of a JSON object are distinct strings");
    return std::move(*map);
  }
  return {};
}

Result<json::Value> to_json(const Value& value) {
  if (value.is_null()) return json::Value(nullptr);
  if (const auto* flag = value.if_bool()) return json::Value(*flag);
  if (const auto* number = value.if_int()) return json::Value(*number);
  if (const auto* number = value.if_uint()) return json::Value(*number);
  if (const auto* number = value.if_double()) {
    if (!std::isfinite(*number)) return invalid("", "JSON has no infinite numbers and no NaN");
    return json::Value(*number);
  }
  if (const auto* text = value.if_string()) return json::Value(*text);
  if (const auto* octets = value.if_bytes()) return json::Value(text::base64_encode(*octets));
  if (const auto* list = value.if_list()) return list_to_json(*list);
  if (const auto* map = value.if_map()) return map_to_json(*map);
  if (const auto* timestamp = value.if_timestamp()) return json::Value(format_timestamp(*timestamp));
  if (const auto* duration = value.if_duration()) return json::Value(format_duration(*duration));
  return invalid("", "a type is no JSON");
}

}  // namespace kontor::protocol::cel
