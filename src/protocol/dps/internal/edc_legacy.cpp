#include "protocol/dps/internal/edc_legacy.hpp"

#include <array>

#include "base/text/encoding.hpp"

namespace kontor::protocol::dps::internal {
namespace {

constexpr std::string_view edc = "https://w3id.org/edc/v0.0.1/ns/";
constexpr std::string_view dspace = "https://w3id.org/dspace/v0.8/";
/// What names may stand under, compacted or not.
constexpr std::array vocabularies{edc,
                                  std::string_view("edc:"),
                                  dspace,
                                  std::string_view("dspace:"),
                                  std::string_view("https://w3id.org/dspace/2024/1/"),
                                  std::string_view("https://w3id.org/dspace/2025/1/")};
/// EDC's type of an address that a token opens.
constexpr std::string_view http_endpoint = "https://w3id.org/idsa/v4.1/HTTP";
constexpr int depth_max = 16;

std::string_view local(std::string_view name) {
  for (auto vocabulary : vocabularies) {
    if (name.starts_with(vocabulary)) return name.substr(vocabulary.size());
  }
  return name;
}

/// JSON-LD without what makes it linked: short names, values instead of nodes, one instead of a list of one.
json::Value plain(const json::Value& value, int depth = 0) {
  if (depth == depth_max) return nullptr;
  if (const auto* array = value.if_array()) {
    if (array->size() == 1) return plain(array->front(), depth + 1);
    json::Array all;
    for (const auto& each : *array) all.push_back(plain(each, depth + 1));
    return all;
  }
  const auto* object = value.if_object();
  if (!object) return value;
  for (auto key : {"@value", "@id"}) {
    const auto* inner = object->if_contains(key);
    if (inner && object->size() == 1) return *inner;
  }
  if (const auto* inner = object->if_contains("@value")) return *inner;
  json::Object short_names;
  for (const auto& member : *object) {
    const std::string_view key(member.key());
    if (key != "@context") short_names.insert_or_assign(local(key), plain(member.value(), depth + 1));
  }
  return short_names;
}

std::string text_at(const json::Object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// Every property of an address, by the names that its sender gave them. One alone is no list.
template <class Each>
void for_properties(const json::Object& address, Each each) {
  const auto* properties = address.if_contains("endpointProperties");
  const auto use = [&](const json::Value& value) {
    const auto* property = value.if_object();
    if (property && property->contains("value")) each(text_at(*property, "name"), property->at("value"));
  };
  if (!properties) return;
  if (const auto* list = properties->if_array()) {
    for (const auto& value : *list) use(value);
  } else {
    use(*properties);
  }
}

/// An address as assets have it: its type, and its properties as members.
json::Object asset_address(const json::Object& address) {
  json::Object members{{"type", text_at(address, "endpointType")}};
  for_properties(address, [&](std::string_view name, const json::Value& value) {
    if (!name.empty() && local(name) != "type") members.insert_or_assign(local(name), value);
  });
  return members;
}

json::Object in_vocabulary(const DataAddress& address, std::string_view type) {
  const auto property = [](std::string_view name, std::string_view value) {
    const bool is_full = name.find("://") != std::string_view::npos;
    return json::Object{{"@type", "dspace:EndpointProperty"},
                        {"dspace:name", is_full ? std::string(name) : std::string(edc) + std::string(name)},
                        {"dspace:value", value}};
  };
  json::Array properties;
  if (address.endpoint && !address.property("endpoint"))
    properties.push_back(property("endpoint", *address.endpoint));
  for (const auto& each : address.properties) properties.push_back(property(each.name, each.value));
  return {{"@type", "dspace:DataAddress"},
          {"dspace:endpointType", type},
          {"dspace:endpointProperties", std::move(properties)}};
}

json::Object document(std::string_view type) {
  return {{"@context", json::Object{{"@vocab", edc}, {"dspace", dspace}}}, {"@type", type}};
}

/// The type of destination and the direction that a transfer type is made of.
bool take_apart(const std::string& transfer_type, json::Object& out) {
  const auto direction = direction_of(transfer_type);
  if (!direction) return false;
  out["transferTypeDestination"] = transfer_type.substr(0, transfer_type.rfind('-'));
  out["flowType"] = *direction == Direction::pull ? "PULL" : "PUSH";
  return true;
}

std::string base_of(std::string_view endpoint) {
  std::string url(endpoint);
  while (url.ends_with('/')) url.pop_back();
  if (!url.ends_with("/dataflows")) url += "/dataflows";
  return url;
}

/// EDC's sink takes where to push as it takes where to fetch.
json::Object for_sink(DataAddress address) {
  if (direction_of(address.endpoint_type) != Direction::push)
    return in_vocabulary(address, address.endpoint_type);
  if (address.endpoint) set_property(address, {"baseUrl", *address.endpoint});
  if (const auto* found = address.property("authorization")) {
    const std::string token = *found;
    set_property(address, {"authKey", "Authorization"});
    set_property(address, {"authCode", "Bearer " + token});
  }
  return in_vocabulary(address, "HttpData");
}

Result<std::optional<Spoken>> start(const json::Object& order, const Way& way) {
  auto decoded = json::decode_value<DataFlowStartMessage>(order);
  if (!decoded) return fail(std::move(decoded.error()));
  auto& message = *decoded;
  const auto* source = message.base.metadata.if_contains("dataAddress");
  if (!source) return fail(ErrorCode::peer_refused, "a data plane of EDC has to be told where the data is");
  DataAddress address;
  if (auto done = read_data_address(json::Node(*source, "/dataAddress"), address); !done)
    return fail(std::move(done.error()));
  auto out = document("DataFlowStartMessage");
  if (!take_apart(message.base.profile, out)) {
    return fail(ErrorCode::peer_refused, "'{}' does not end with -PUSH or -PULL, as EDC wants it",
                message.base.profile);
  }
  out["processId"] = message.base.process_id.str();
  out["agreementId"] = message.base.agreement_id.str();
  out["datasetId"] = message.base.dataset_id.str();
  out["participantId"] = message.base.counter_party_id;
  out["callbackAddress"] = way.callback;
  out["properties"] = json::Object();
  out["sourceDataAddress"] = in_vocabulary(address, address.endpoint_type);
  if (message.data_address) out["destinationDataAddress"] = for_sink(std::move(*message.data_address));
  return Spoken{base_of(way.endpoint), json::serialize(out)};
}

Spoken ended(const Signal& signal, const Way& way) {
  const bool suspends = signal.operation == Operation::suspend;
  auto out = document(suspends ? "DataFlowSuspendMessage" : "DataFlowTerminateMessage");
  if (const auto* reason = signal.body.if_contains("reason"); reason && reason->is_string())
    out["reason"] = *reason;
  const auto operation = suspends ? Operation::suspend : Operation::terminate;
  return {operation_url(way.endpoint, operation, way.flow), json::serialize(out)};
}

}  // namespace

Result<std::optional<Spoken>> speak_edc_legacy(const Signal& signal, const Way& way) {
  using Nothing = std::optional<Spoken>;
  if (signal.role == dsp::Role::consumer) {
    const auto direction = direction_of(text_at(signal.body, "profile"));
    if (signal.operation != Operation::prepare || direction == Direction::pull) return Nothing();
    return fail(ErrorCode::peer_refused, "a data plane of EDC receives no pushes that are prepared");
  }
  switch (signal.operation) {
    case Operation::start:
      return start(signal.body, way);
    case Operation::resume:
      return start(signal.order, way);
    case Operation::suspend:
    case Operation::terminate:
    case Operation::completed:
      return ended(signal, way);
    case Operation::prepare:
    case Operation::started:
    case Operation::status:
      break;
  }
  return Nothing();
}

Result<DataFlowStatusMessage> hear_edc_legacy(const Signal& signal, std::string_view answer) {
  DataFlowStatusMessage status;
  status.state = signal.operation == Operation::prepare ? State::prepared : State::started;
  auto parsed = json::parse(answer.empty() ? "{}" : answer);
  if (!parsed) return fail(std::move(parsed.error()));
  const auto value = plain(*parsed);
  const auto* object = value.if_object();
  if (!object) return invalid("", "must be an object");
  const auto* provisioning = object->if_contains("provisioning");
  if (provisioning && (*provisioning == true || *provisioning == "true"))
    return fail(ErrorCode::peer_refused, "the data plane provisions first, which is not waited for");
  const auto* address = object->if_contains("dataAddress");
  if (!address || !address->is_object()) return status;
  auto& out = status.data_address.emplace();
  out.endpoint_type = text_at(address->get_object(), "endpointType");
  for_properties(address->get_object(), [&](std::string_view name, const json::Value& value) {
    if (!value.is_string() || local(name) == "endpointType") return;
    if (local(name) == "endpoint") out.endpoint = std::string(value.get_string());
    out.properties.push_back({std::string(name), std::string(value.get_string())});
  });
  if (out.endpoint_type.empty()) return invalid("/dataAddress/endpointType", "is required");
  return status;
}

std::optional<Spoken> report_edc_legacy(std::string_view endpoint, const ProcessId& process,
                                        Callback callback, const DataFlowStatusMessage& message) {
  const auto at = [&](std::string_view what) {
    std::string url(endpoint);
    while (url.ends_with('/')) url.pop_back();
    return url + "/transferprocess/" + text::percent_encode(process.str()) + "/" + std::string(what);
  };
  if (callback == Callback::completed) return Spoken{at("complete"), {}};
  if (callback == Callback::errored)
    return Spoken{at("fail"), json::encode(DataFlowFailure{message.error.value_or("no reason given")})};
  return std::nullopt;
}

bool is_edc_legacy(const json::Value& message) {
  const auto* object = message.if_object();
  if (!object) return false;
  const auto* type = object->if_contains("@type");
  if (type && type->is_array() && type->get_array().size() == 1) type = &type->get_array().front();
  if (!type || !type->is_string()) return false;
  const auto name = local(std::string_view(type->get_string()));
  if (name != "DataFlowStartMessage" && name != "DataFlowProvisionMessage") return false;
  // The .NET SDK of 2025 names its messages so too.
  for (auto key : {"transferTypeDestination", "edc:transferTypeDestination",
                   "https://w3id.org/edc/v0.0.1/ns/transferTypeDestination"}) {
    if (object->contains(key)) return true;
  }
  return false;
}

json::Object order_of_edc_legacy(const json::Value& message) {
  auto value = plain(message);
  const auto& in = value.get_object();
  const bool starts = local(text_at(in, "@type")) == "DataFlowStartMessage";
  json::Object metadata;
  if (const auto* more = in.if_contains("properties"); more && more->is_object())
    metadata = more->get_object();
  const auto address_at = [&](std::string_view key) {
    const auto* found = in.if_contains(key);
    return found && found->is_object() ? std::optional(asset_address(found->get_object())) : std::nullopt;
  };
  const auto profile = text_at(in, "transferTypeDestination") + "-" + text_at(in, "flowType");
  json::Object out{{starts ? "counterPartyId" : "participantId", text_at(in, "participantId")},
                   {"profile", profile}};
  for (auto key : {"processId", "agreementId", "datasetId"}) {
    if (const auto* found = in.if_contains(key)) out[key] = *found;
  }
  // EDC gives a pull a destination too, which says nothing.
  const auto destination = address_at(starts ? "destinationDataAddress" : "destination");
  if (auto source = address_at("sourceDataAddress")) metadata["dataAddress"] = std::move(*source);
  if (destination && direction_of(profile) == Direction::push) {
    if (starts) out["dataAddress"] = *destination;
    if (!starts) metadata["dataDestination"] = *destination;
  }
  out["metadata"] = std::move(metadata);
  return out;
}

json::Value answer_for_edc_legacy(const DataFlowStatusMessage& message) {
  auto out = document("DataFlowResponseMessage");
  out["provisioning"] = message.state == State::preparing || message.state == State::starting;
  if (message.data_address) {
    const auto& type = message.data_address->endpoint_type;
    out["dataAddress"] = in_vocabulary(*message.data_address,
                                       type.ends_with("http-pull") ? http_endpoint : std::string_view(type));
  }
  return out;
}

}  // namespace kontor::protocol::dps::internal
