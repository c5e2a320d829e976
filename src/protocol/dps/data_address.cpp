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

}  // namespace

Result<void> read(const json::Node& node, EndpointProperty& out) {
  json::ObjectReader in(node);
  in.required(spelled(in, {"name", "key"}), out.name);
  if (auto value = in.member("value")) {
    if (auto done = read_text(*value, out.value); !done) return done;
  } else if (in.ok()) {
    in.refuse("value", "is required");
  }
  return in.done();
}

json::Value write(const EndpointProperty& property) {
  return json::ObjectWriter()
      .field("@type", "EndpointProperty")
      .field("name", property.name)
      .field("value", property.value)
      .done();
}

Result<void> read(const json::Node& node, DataAddress& out) {
  json::ObjectReader in(node);
  if (auto inner = in.member("properties"); inner && inner->value().is_object() && !in.has("endpointType")) {
    return read(*inner, out);
  }
  out = {};
  in.required(spelled(in, {"endpointType", "type"}), out.endpoint_type)
      .optional("endpoint", out.endpoint)
      .optional("endpointProperties", out.properties);
  if (in.ok() && out.endpoint_type.empty()) in.refuse("endpointType", "must not be empty");
  if (in.ok()) read_plain_members(node, out);
  return in.done();
}

json::Value write(const DataAddress& address) {
  return json::ObjectWriter()
      .field("@type", "DataAddress")
      .field("endpointType", address.endpoint_type)
      .field("endpoint", address.endpoint)
      .non_empty("endpointProperties", address.properties)
      .done();
}

const std::string* DataAddress::property(std::string_view name) const {
  auto found = std::ranges::find(properties, name, &EndpointProperty::name);
  return found == properties.end() ? nullptr : &found->value;
}

void DataAddress::set(std::string name, std::string value) {
  auto found = std::ranges::find(properties, name, &EndpointProperty::name);
  if (found == properties.end()) {
    properties.push_back({std::move(name), std::move(value)});
  } else {
    found->value = std::move(value);
  }
}

}  // namespace kontor::protocol::dps
