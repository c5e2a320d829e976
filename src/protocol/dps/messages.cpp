#include "protocol/dps/messages.hpp"

#include "protocol/dps/internal/edc_legacy.hpp"
#include "protocol/dps/internal/spelling.hpp"

namespace kontor::protocol::dps {
namespace {

using internal::read_optional_id;
using internal::spelled;

/// The 2025 SDKs write an address without members where there is none.
bool is_empty_address(const json::Value& value) {
  const auto* object = value.if_object();
  if (!object) return false;
  if (object->empty()) return true;
  const auto* inner = object->if_contains("properties");
  return inner && object->size() == 1 &&
         (inner->is_null() || (inner->is_object() && inner->get_object().empty()));
}

struct WrittenAddress {
  std::optional<DataAddress> address;
};
Result<void> read(const json::Node& node, WrittenAddress& out) {
  if (is_empty_address(node.value())) return {};
  return read_data_address(node, out.address.emplace());
}

void read_address(json::ObjectReader& in, std::string_view key, std::optional<DataAddress>& out) {
  WrittenAddress written;
  in.optional(key, written);
  if (in.ok()) out = std::move(written.address);
}

std::string_view message_id_key(const json::ObjectReader& in) {
  return spelled(in, {"messageId", "messageID"});
}

/// A string, or `{destinationType, flowType}`, whose parts make the name that a profile would have.
void read_profile(json::ObjectReader& in, std::string& out) {
  const auto key = spelled(in, {"profile", "transferType"});
  auto node = in.member(key);
  if (node && node->value().is_object()) {
    std::string destination;
    std::string flow;
    json::ObjectReader parts(*node);
    parts.required("destinationType", destination).required("flowType", flow);
    if (auto done = parts.done(); !done) {
      in.refuse(key, "as an object must name destinationType and flowType");
      return;
    }
    out = destination + "-" + flow;
  } else {
    in.required(key, out);
  }
  if (in.ok() && out.empty()) in.refuse(key, "must not be empty");
}

Result<void> read(const json::Node& node, DataFlowBaseMessage& out) {
  json::ObjectReader in(node);
  read_optional_id(in, message_id_key(in), out.message_id);
  read_optional_id(in, spelled(in, {"agreementId", "agreementID"}), out.agreement_id);
  read_optional_id(in, spelled(in, {"datasetId", "datasetID"}), out.dataset_id);
  in.optional(spelled(in, {"participantId", "participantID"}), out.participant_id)
      .optional(spelled(in, {"counterPartyId", "counterPartyID"}), out.counter_party_id)
      .optional("dataspaceContext", out.dataspace_context)
      .required(spelled(in, {"processId", "processID", "dataFlowId"}), out.process_id)
      .optional("claims", out.claims)
      .optional("labels", out.labels)
      .optional("metadata", out.metadata)
      .optional("callbackAddress", out.callback_address);
  read_profile(in, out.profile);
  return in.done();
}

json::ObjectWriter base_writer(const DataFlowBaseMessage& message) {
  json::ObjectWriter out;
  out.field("messageId", message.message_id)
      .field("participantId", message.participant_id)
      .field("counterPartyId", message.counter_party_id)
      .field("dataspaceContext", message.dataspace_context)
      .field("processId", message.process_id)
      .field("dataFlowId", message.process_id)
      .field("agreementId", message.agreement_id)
      .field("datasetId", message.dataset_id)
      .field("profile", message.profile)
      .field("transferType", message.profile)
      .field("claims", message.claims)
      .field("labels", message.labels)
      .field("metadata", message.metadata)
      .field("callbackAddress", message.callback_address);
  return out;
}

/// Messages whose body is an id and one optional member.
template <class Message>
Result<void> read_with_address(const json::Node& node, Message& out) {
  json::ObjectReader in(node);
  read_optional_id(in, message_id_key(in), out.message_id);
  read_address(in, spelled(in, {"dataAddress", "sourceDataAddress"}), out.data_address);
  return in.done();
}

template <class Message>
json::Value write_with_address(const Message& message) {
  return json::ObjectWriter()
      .field("messageId", message.message_id)
      .field("dataAddress", message.data_address)
      .done();
}

template <class Message>
Result<void> read_with_reason(const json::Node& node, Message& out) {
  json::ObjectReader in(node);
  read_optional_id(in, message_id_key(in), out.message_id);
  in.optional("reason", out.reason);
  return in.done();
}

template <class Message>
json::Value write_with_reason(const Message& message) {
  return json::ObjectWriter().field("messageId", message.message_id).field("reason", message.reason).done();
}

/// An order of EDC is read as what it would be in the specification's form.
template <class Message>
Result<void> read_edc_legacy(const json::Node& node, Message& out) {
  const json::Value order(internal::order_of_edc_legacy(node.value()));
  if (auto done = read(json::Node(order, node.pointer()), out); !done) return done;
  out.base.dialect = Dialect::edc_legacy;
  return {};
}

}  // namespace

Result<void> read(const json::Node& node, DataFlowPrepareMessage& out) {
  if (!node.shape() && internal::is_edc_legacy(node.value())) return read_edc_legacy(node, out);
  return read(node, out.base);
}
json::Value write(const DataFlowPrepareMessage& message) {
  return base_writer(message.base).done();
}

Result<void> read(const json::Node& node, DataFlowStartMessage& out) {
  if (!node.shape() && internal::is_edc_legacy(node.value())) return read_edc_legacy(node, out);
  if (auto done = read(node, out.base); !done) return done;
  json::ObjectReader in(node);
  read_address(in, spelled(in, {"dataAddress", "destinationDataAddress"}), out.data_address);
  return in.done();
}

json::Value write(const DataFlowStartMessage& message) {
  return base_writer(message.base).field("dataAddress", message.data_address).done();
}

Result<void> read(const json::Node& node, DataFlowStartedNotificationMessage& out) {
  return read_with_address(node, out);
}
json::Value write(const DataFlowStartedNotificationMessage& message) {
  return write_with_address(message);
}

Result<void> read(const json::Node& node, DataFlowSuspendMessage& out) {
  return read_with_reason(node, out);
}
json::Value write(const DataFlowSuspendMessage& message) {
  return write_with_reason(message);
}

Result<void> read(const json::Node& node, DataFlowResumeMessage& out) {
  return read_with_address(node, out);
}
json::Value write(const DataFlowResumeMessage& message) {
  return write_with_address(message);
}

Result<void> read(const json::Node& node, DataFlowTerminateMessage& out) {
  return read_with_reason(node, out);
}
json::Value write(const DataFlowTerminateMessage& message) {
  return write_with_reason(message);
}

Result<void> read(const json::Node& node, DataFlowCompletedMessage& out) {
  if (!node.value().is_object()) return {};
  json::ObjectReader in(node);
  read_optional_id(in, message_id_key(in), out.message_id);
  return in.done();
}

json::Value write(const DataFlowCompletedMessage&) {
  return json::Object();
}

Result<void> read(const json::Node& node, DataFlowStatusMessage& out) {
  json::ObjectReader in(node);
  read_optional_id(in, message_id_key(in), out.message_id);
  read_optional_id(in, spelled(in, {"dataFlowId", "dataFlowID"}), out.data_flow_id);
  in.required("state", out.state);
  read_address(in, "dataAddress", out.data_address);
  in.optional("error", out.error);
  if (out.error && out.error->empty()) out.error.reset();
  return in.done();
}

json::Value write(const DataFlowStatusMessage& message) {
  if (message.dialect == Dialect::edc_legacy) return internal::answer_for_edc_legacy(message);
  return json::ObjectWriter()
      .field("messageId", message.message_id)
      .field("dataFlowId", message.data_flow_id)
      .field("state", message.state)
      .field("dataAddress", message.data_address)
      .field("error", message.error)
      .done();
}

Result<void> read(const json::Node& node, DataFlowStatusResponseMessage& out) {
  json::ObjectReader in(node);
  read_optional_id(in, spelled(in, {"dataFlowId", "dataFlowID"}), out.data_flow_id);
  in.required("state", out.state);
  return in.done();
}

json::Value write(const DataFlowStatusResponseMessage& message) {
  return json::ObjectWriter().field("dataFlowId", message.data_flow_id).field("state", message.state).done();
}

}  // namespace kontor::protocol::dps
