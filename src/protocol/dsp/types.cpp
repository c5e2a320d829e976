#include "protocol/dsp/types.hpp"

#include <algorithm>

#include "protocol/odrl/names.hpp"

namespace kontor::protocol::dsp {
namespace {

using odrl::edc_namespace;

std::string_view without_namespace(std::string_view name) {
  return name.starts_with(edc_namespace) ? name.substr(edc_namespace.size()) : name;
}

}  // namespace

std::string Reason::text() const {
  std::string text;
  for (const auto& reason : reasons) {
    if (!text.empty()) text += "; ";
    const auto* sentence = reason.if_string();
    text += sentence ? std::string(*sentence) : json::serialize(reason);
  }
  if (text.empty() && code) return *code;
  return text;
}

Reason Reason::of(std::string sentence) {
  Reason reason;
  reason.reasons.emplace_back(sentence);
  return reason;
}

const std::string* DataAddress::property(std::string_view name) const {
  const auto found = std::ranges::find_if(properties, [&](const EndpointProperty& property) {
    return without_namespace(property.name) == without_namespace(name);
  });
  return found == properties.end() ? nullptr : &found->value;
}

/// The value of EDC's `responseChannel` is an address of its own; other scalars are taken as their text.
Result<void> read(const json::Node& node, EndpointProperty& out) {
  json::ObjectReader in(node);
  std::string type;
  in.optional("@type", type).required("name", out.name);
  if (auto value = in.member("value"); value && !value->value().is_null()) {
    const auto* text = value->value().if_string();
    out.value = text ? std::string(*text) : json::serialize(value->value());
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

namespace {

/// EDC knows the endpoint as a property among others: what stands there in its place, or says it once more.
void take_endpoint(DataAddress& address) {
  const auto* named = address.property("endpoint");
  if (!named || (address.endpoint && *address.endpoint != *named)) return;
  address.endpoint = *named;
  std::erase_if(address.properties,
                [](const auto& each) { return without_namespace(each.name) == "endpoint"; });
}

}  // namespace

Result<void> read(const json::Node& node, DataAddress& out) {
  json::ObjectReader in(node);
  if (in.has("@type")) in.constant("@type", "DataAddress");
  in.required("endpointType", out.endpoint_type).optional("endpoint", out.endpoint);
  in.one_or_many("endpointProperties", out.properties);
  take_endpoint(out);
  return in.done();
}

json::Value write(const DataAddress& address) {
  json::ObjectWriter out;
  out.field("@type", "DataAddress").field("endpointType", address.endpoint_type);
  out.field("endpoint", address.endpoint).non_empty("endpointProperties", address.properties);
  return out.done();
}

DataAddress as_for_peers(DataAddress address) {
  if (address.endpoint && !address.property("endpoint"))
    address.properties.push_back({std::string(edc_namespace) + "endpoint", *address.endpoint});
  return address;
}

}  // namespace kontor::protocol::dsp
