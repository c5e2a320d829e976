#include "protocol/dps/dialects.hpp"

#include "protocol/dps/internal/edc_legacy.hpp"
#include "protocol/dps/internal/sdk_2025.hpp"

namespace kontor::protocol::dps {
namespace {

bool is_order(Operation operation) {
  return operation == Operation::prepare || operation == Operation::start;
}

/// Other answers are nobody's business: some planes write nothing, some `{}`.
bool tells_a_status(Operation operation) {
  return is_order(operation) || operation == Operation::resume;
}

Spoken as_specified(const Signal& signal, const Way& way) {
  return {operation_url(way.endpoint, signal.operation, way.flow), json::serialize(signal.body)};
}

Spoken with_callback(const Signal& signal, const Way& way) {
  if (!is_order(signal.operation)) return as_specified(signal, way);
  auto body = signal.body;
  body["callbackAddress"] = way.callback;
  return {operation_url(way.endpoint, signal.operation, way.flow), json::serialize(body)};
}

DataFlowStatusMessage status_after(Operation operation) {
  return {.message_id = {},
          .data_flow_id = {},
          .state = operation == Operation::prepare ? State::prepared : State::started,
          .data_address = {},
          .error = {}};
}

}  // namespace

Result<void> read(const json::Node& node, Dialect& out) {
  return json::read_enum(node, dialect_names, out);
}
json::Value write(Dialect dialect) {
  return json::Value(dialect_names.name(dialect));
}

Result<std::optional<Spoken>> speak(Dialect dialect, const Signal& signal, const Way& way) {
  switch (dialect) {
    case Dialect::rc3:
      return as_specified(signal, way);
    case Dialect::rc3_compat:
      return with_callback(signal, way);
    case Dialect::edc_legacy:
      return internal::speak_edc_legacy(signal, way);
    case Dialect::go_2025:
      return internal::speak_go_2025(signal, way);
    case Dialect::net_2025:
      return internal::speak_net_2025(signal, way);
  }
  return fail(ErrorCode::internal, "there is no such dialect");
}

Result<DataFlowStatusMessage> hear(Dialect dialect, const Signal& signal,
                                   std::optional<std::string_view> answer) {
  if (!tells_a_status(signal.operation) || !answer) return status_after(signal.operation);
  switch (dialect) {
    case Dialect::edc_legacy:
      return internal::hear_edc_legacy(signal, *answer);
    case Dialect::go_2025:
    case Dialect::net_2025:
      return internal::hear_sdk_2025(*answer);
    case Dialect::rc3:
    case Dialect::rc3_compat:
      break;
  }
  if (answer->empty()) return status_after(signal.operation);
  return json::decode<DataFlowStatusMessage>(*answer);
}

std::optional<Spoken> report(Dialect dialect, std::string_view endpoint, const ProcessId& process,
                             Callback callback, const DataFlowStatusMessage& message) {
  if (dialect == Dialect::edc_legacy)
    return internal::report_edc_legacy(endpoint, process, callback, message);
  return Spoken{callback_url(endpoint, process, callback), json::encode(message)};
}

Result<void> read(const json::Node& node, EdcStartMessage& out) {
  if (!node.shape()) return read(node, out.message);
  auto& base = out.message.base;
  json::Object address;
  return json::ObjectReader(node)
      .required("@type", base.profile)
      .required("processId", base.process_id)
      .required("agreementId", base.agreement_id)
      .optional("datasetId", base.dataset_id)
      .optional("participantId", base.counter_party_id)
      .required("transferTypeDestination", base.profile)
      .required("flowType", base.profile)
      .optional("callbackAddress", base.callback_address)
      .optional("properties", base.metadata)
      .optional("sourceDataAddress", address)
      .optional("destinationDataAddress", address)
      .done();
}
json::Value write(const EdcStartMessage& start) {
  return write(start.message);
}

Result<void> read(const json::Node& node, EdcStartAnswer& out) {
  if (!node.shape()) {
    auto heard = internal::hear_edc_legacy({}, json::serialize(node.value()));
    if (!heard) return fail(std::move(heard.error()));
    out.status = std::move(*heard);
    return {};
  }
  std::string type;
  bool pending = false;
  json::Object address;
  return json::ObjectReader(node)
      .required("@type", type)
      .required("provisioning", pending)
      .optional("dataAddress", address)
      .done();
}
json::Value write(const EdcStartAnswer& answer) {
  return internal::answer_for_edc_legacy(answer.status);
}

Result<void> read(const json::Node& node, DataFlowFailure& out) {
  return json::ObjectReader(node).required("errorMessage", out.error_message).done();
}
json::Value write(const DataFlowFailure& failure) {
  return json::ObjectWriter().field("errorMessage", failure.error_message).done();
}

}  // namespace kontor::protocol::dps
