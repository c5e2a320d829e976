#include "protocol/dsp/transfer.hpp"

#include "protocol/dsp/internal/envelope.hpp"

namespace kontor::protocol::dsp {

using namespace internal;

Result<void> read(const json::Node& node, TransferRequestMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "TransferRequestMessage");
  read_id(in, out.id);
  read_pid(in, "consumerPid", out.consumer_pid);
  in.required("agreementId", out.agreement_id);
  in.required("format", out.format).required("callbackAddress", out.callback_address);
  in.optional("dataAddress", out.data_address);
  return in.done();
}

json::Value write(const TransferRequestMessage& message) {
  auto out = write_envelope("TransferRequestMessage");
  write_id(out, message.id);
  out.field("consumerPid", message.consumer_pid).field("agreementId", message.agreement_id);
  out.field("format", message.format).field("callbackAddress", message.callback_address);
  out.field("dataAddress", message.data_address);
  return out.done();
}

Result<void> read(const json::Node& node, TransferStartMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "TransferStartMessage");
  read_id(in, out.id);
  read_pids(in, out.pids);
  in.optional("dataAddress", out.data_address);
  return in.done();
}

json::Value write(const TransferStartMessage& message) {
  auto out = write_envelope("TransferStartMessage");
  write_id(out, message.id);
  write_pids(out, message.pids);
  out.field("dataAddress", message.data_address);
  return out.done();
}

Result<void> read(const json::Node& node, TransferCompletionMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "TransferCompletionMessage");
  read_id(in, out.id);
  read_pids(in, out.pids);
  return in.done();
}

json::Value write(const TransferCompletionMessage& message) {
  auto out = write_envelope("TransferCompletionMessage");
  write_id(out, message.id);
  write_pids(out, message.pids);
  return out.done();
}

Result<void> read(const json::Node& node, TransferSuspensionMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "TransferSuspensionMessage");
  read_id(in, out.id);
  read_pids(in, out.pids);
  read_reason(in, out.reason);
  return in.done();
}

json::Value write(const TransferSuspensionMessage& message) {
  auto out = write_envelope("TransferSuspensionMessage");
  write_id(out, message.id);
  write_pids(out, message.pids);
  write_reason(out, message.reason);
  return out.done();
}

Result<void> read(const json::Node& node, TransferTerminationMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "TransferTerminationMessage");
  read_id(in, out.id);
  read_pids(in, out.pids);
  read_reason(in, out.reason);
  return in.done();
}

json::Value write(const TransferTerminationMessage& message) {
  auto out = write_envelope("TransferTerminationMessage");
  write_id(out, message.id);
  write_pids(out, message.pids);
  write_reason(out, message.reason);
  return out.done();
}

Result<void> read(const json::Node& node, TransferProcess& out) {
  json::ObjectReader in(node);
  read_envelope(in, "TransferProcess");
  read_pids(in, out.pids);
  std::string state;
  in.required("state", state);
  if (auto place = in.member("state")) {
    const std::string_view prefix = "dspace:";
    const json::Value term(state.starts_with(prefix) ? state.substr(prefix.size()) : state);
    auto done = json::read_enum(json::Node(term, place->pointer()), transfer_state_names, out.state);
    if (!done) in.refuse("state", done.error().detail);
  }
  return in.done();
}

json::Value write(const TransferProcess& message) {
  auto out = write_envelope("TransferProcess");
  write_pids(out, message.pids);
  out.field("state", transfer_state_names.name(message.state));
  return out.done();
}

Result<void> read(const json::Node& node, TransferError& out) {
  json::ObjectReader in(node);
  read_envelope(in, "TransferError");
  read_optional_pids(in, out.pids);
  read_reason(in, out.reason);
  return in.done();
}

json::Value write(const TransferError& message) {
  auto out = write_envelope("TransferError");
  write_pids(out, message.pids);
  write_reason(out, message.reason);
  return out.done();
}

}  // namespace kontor::protocol::dsp
