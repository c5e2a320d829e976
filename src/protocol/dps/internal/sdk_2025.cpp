#include "protocol/dps/internal/sdk_2025.hpp"

namespace kontor::protocol::dps::internal {
namespace {

/// The members of an address, as both SDKs want them: all in one object.
json::Object properties_of(const DataAddress& address) {
  json::Object members{{"@type", "DataAddress"}, {"endpointType", address.endpoint_type}};
  if (address.endpoint) members["endpoint"] = *address.endpoint;
  json::Array list;
  for (const auto& each : address.properties)
    list.push_back(json::Object{{"key", each.name}, {"type", "EndpointProperty"}, {"value", each.value}});
  if (!list.empty()) members["endpointProperties"] = std::move(list);
  return members;
}

json::Object go_address(const std::optional<DataAddress>& address) {
  return {{"properties", address ? properties_of(*address) : json::Object()}};
}

json::Object net_address(const DataAddress& address) {
  return {{"@type", address.endpoint_type}, {"properties", properties_of(address)}};
}

/// Where the data is, as the asset says.
Result<std::optional<DataAddress>> source_in(const DataFlowBaseMessage& base) {
  const auto* found = base.metadata.if_contains("dataAddress");
  if (!found) return std::optional<DataAddress>();
  DataAddress address;
  if (auto done = read_data_address(json::Node(*found, "/dataAddress"), address); !done)
    return fail(std::move(done.error()));
  return address;
}

struct FlowTypes {
  std::string_view pull;
  std::string_view push;
};

Result<json::Object> base_of(const DataFlowBaseMessage& base, const Way& way, FlowTypes types) {
  const auto direction = direction_of(base.profile);
  if (!direction) return fail(ErrorCode::peer_refused, "'{}' does not end with -PUSH or -PULL", base.profile);
  return json::Object{
      {"messageID", base.message_id.str()},
      {"participantID", base.participant_id},
      {"counterPartyID", base.counter_party_id},
      {"dataspaceContext", base.dataspace_context},
      {"processID", base.process_id.str()},
      {"agreementID", base.agreement_id.str()},
      {"datasetID", base.dataset_id.str()},
      {"callbackAddress", way.callback},
      {"transferType", json::Object{{"destinationType", base.profile.substr(0, base.profile.rfind('-'))},
                                    {"flowType", *direction == Direction::pull ? types.pull : types.push}}}};
}

Spoken to(const Way& way, Operation operation, const json::Object& body) {
  return {operation_url(way.endpoint, operation, way.flow), json::serialize(body)};
}

json::Object reason_of(const Signal& signal, std::string_view otherwise) {
  const auto* reason = signal.body.if_contains("reason");
  if (reason && reason->is_string()) return {{"reason", *reason}};
  return {{"reason", otherwise}};
}

Result<std::optional<Spoken>> go_order(const Signal& signal, const Way& way) {
  auto message = json::decode_value<DataFlowStartMessage>(signal.body);
  if (!message) return fail(std::move(message.error()));
  auto out = base_of(message->base, way, {.pull = "pull", .push = "push"});
  if (!out) return fail(std::move(out.error()));
  out->insert_or_assign("destinationDataAddress", go_address(message->data_address));
  auto source = source_in(message->base);
  if (!source) return fail(std::move(source.error()));
  if (*source && signal.operation == Operation::start)
    out->insert_or_assign("sourceDataAddress", go_address(*source));
  return to(way, signal.operation, *out);
}

/// `/dataflows/{id}/start` wants an address: that of the counter-party, else where the data is.
Result<std::optional<Spoken>> go_start_by_id(const Signal& signal, const Way& way) {
  auto message = json::decode_value<DataFlowResumeMessage>(signal.body);
  if (!message) return fail(std::move(message.error()));
  auto address = std::move(message->data_address);
  if (!address && !signal.order.empty()) {
    auto order = json::decode_value<DataFlowStartMessage>(signal.order);
    if (!order) return fail(std::move(order.error()));
    auto source = source_in(order->base);
    if (!source) return fail(std::move(source.error()));
    address = std::move(*source);
  }
  auto url = operation_url(way.endpoint, Operation::started, way.flow);
  url.resize(url.size() - 2);  // …/start
  return Spoken{std::move(url), json::serialize(json::Object{{"sourceDataAddress", go_address(address)}})};
}

}  // namespace

Result<std::optional<Spoken>> speak_go_2025(const Signal& signal, const Way& way) {
  switch (signal.operation) {
    case Operation::prepare:
    case Operation::start:
      return go_order(signal, way);
    case Operation::started:
    case Operation::resume:
      return go_start_by_id(signal, way);
    case Operation::suspend:
      return to(way, Operation::suspend, reason_of(signal, "suspended"));
    case Operation::terminate:
    case Operation::completed:
      return to(way, Operation::terminate, reason_of(signal, "completed"));
    case Operation::status:
      break;
  }
  return std::optional<Spoken>();
}

Result<std::optional<Spoken>> speak_net_2025(const Signal& signal, const Way& way) {
  switch (signal.operation) {
    case Operation::prepare:
    case Operation::start: {
      auto message = json::decode_value<DataFlowStartMessage>(signal.body);
      if (!message) return fail(std::move(message.error()));
      auto out = base_of(message->base, way, {.pull = "Pull", .push = "Push"});
      if (!out) return fail(std::move(out.error()));
      if (message->data_address) out->insert_or_assign("dataAddress", net_address(*message->data_address));
      return to(way, signal.operation, *out);
    }
    case Operation::started: {
      auto message = json::decode_value<DataFlowStartedNotificationMessage>(signal.body);
      if (!message) return fail(std::move(message.error()));
      json::Object out;
      if (message->data_address) out["dataAddress"] = net_address(*message->data_address);
      return to(way, Operation::started, out);
    }
    case Operation::suspend:
    case Operation::terminate:
      return to(way, signal.operation, reason_of(signal, "no reason given"));
    case Operation::completed:
      return Spoken{operation_url(way.endpoint, Operation::completed, way.flow), {}};
    case Operation::resume:
      return fail(ErrorCode::peer_refused, "a data plane of the dialect 'net-2025' cannot resume a flow");
    case Operation::status:
      break;
  }
  return std::optional<Spoken>();
}

Result<DataFlowStatusMessage> hear_sdk_2025(std::string_view answer) {
  auto parsed = json::parse(answer);
  if (!parsed) return fail(std::move(parsed.error()));
  auto* object = parsed->if_object();
  auto* address = object ? object->if_contains("dataAddress") : nullptr;
  if (auto* outer = address ? address->if_object() : nullptr) {
    auto* inner = outer->if_contains("properties");
    auto* members = inner ? inner->if_object() : nullptr;
    const auto* type = outer->if_contains("@type");
    // .NET says the type beside the properties, and an address without any is none.
    if (members && members->empty()) {
      object->erase("dataAddress");
    } else if (members && type && !members->contains("endpointType") && !members->contains("type")) {
      members->emplace("endpointType", *type);
    }
  }
  DataFlowStatusMessage status;
  if (auto done = read(json::Node(*parsed), status); !done) return fail(std::move(done.error()));
  return status;
}

}  // namespace kontor::protocol::dps::internal
