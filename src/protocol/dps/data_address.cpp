#include "protocol/dps/data_address.hpp"

#include <algorithm>
#include <array>

#include "protocol/dps/internal/spelling.hpp"

namespace kontor::protocol::dps {
namespace {

using internal::spelled;

/// Values of early SDKs may be numbers or booleans.
Result<void> read_text(const json::Node& node, std::string& out) {
  if (node.value().is_number() || node.value().is_bool()) {
    out = json::serialize(node.value());
    return {};
  }
  return json::read(node, out);
}

void read_plain_members(const json::Node& node, DataAddress& out) {
  static constexpr std::array reserved{"@type",        "@id",      "@context",           "type",
                                       "endpointType", "endpoint", "endpointProperties", "properties"};
  const auto* object = node.value().if_object();
  if (!object) return;
  for (const auto& member : *object) {
    const std::string_view key(member.key().data(), member.key().size());
    std::string value;
    if (std::ranges::find(reserved, key) != reserved.end() ||
        !read_text(node.member(key, member.value()), value))
      continue;
    out.properties.push_back({std::string(key), std::move(value)});
  }
}

/// Whatever prefix the type has: what an address is stands in `endpointType`.
void check_type(json::ObjectReader& in) {
  std::string type;
  in.optional("@type", type);
}

Result<void> read_property(const json::Node& node, EndpointProperty& out) {
  json::ObjectReader in(node);
  check_type(in);
  in.required(spelled(in, {"name", "key"}), out.name);
  if (auto value = in.member("value")) {
    if (auto done = read_text(*value, out.value); !done) return done;
  } else if (in.ok()) {
    in.refuse("value", "is required");
  }
  return in.done();
}

Result<void> read_properties(const json::Node& node, std::vector<EndpointProperty>& out) {
  const auto* array = node.value().if_array();
  if (!array) return invalid(node.pointer(), "must be an array");
  for (std::size_t i = 0; i < array->size(); ++i) {
    EndpointProperty property;
    if (auto done = read_property(node.element(i, (*array)[i]), property); !done) return done;
    out.push_back(std::move(property));
  }
  return {};
}

}  // namespace

Result<void> read_data_address(const json::Node& node, DataAddress& out) {
  json::ObjectReader in(node);
  if (auto inner = in.member("properties"); inner && inner->value().is_object() && !in.has("endpointType")) {
    return read_data_address(*inner, out);
  }
  out = {};
  check_type(in);
  in.required(spelled(in, {"endpointType", "type"}), out.endpoint_type).optional("endpoint", out.endpoint);
  if (in.ok() && out.endpoint_type.empty()) in.refuse("endpointType", "must not be empty");
  if (auto done = in.done(); !done) return done;
  if (auto list = in.member("endpointProperties"); list && !list->value().is_null()) {
    if (auto done = read_properties(*list, out.properties); !done) return done;
  }
  read_plain_members(node, out);
  return {};
}

void set_property(DataAddress& address, EndpointProperty property) {
  auto found = std::ranges::find(address.properties, property.name, &EndpointProperty::name);
  if (found == address.properties.end()) {
    address.properties.push_back(std::move(property));
  } else {
    *found = std::move(property);
  }
}

}  // namespace kontor::protocol::dps
