#include "protocol/dsp/negotiation.hpp"

#include "protocol/dsp/internal/envelope.hpp"

namespace kontor::protocol::dsp {

using namespace internal;

Result<void> read(const json::Node& node, ContractRequestMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "ContractRequestMessage");
  read_id(in, out.id);
  read_pid(in, "consumerPid", out.consumer_pid);
  read_pid(in, "providerPid", out.provider_pid);
  in.optional("callbackAddress", out.callback_address);
  read_policy(in, "offer", odrl::PolicyType::offer, out.offer);
  if (in.ok() && !out.provider_pid && !out.callback_address) {
    in.refuse("callbackAddress", "is required where there is no providerPid");
  }
  return in.done();
}

json::Value write(const ContractRequestMessage& message) {
  auto out = write_envelope("ContractRequestMessage");
  write_id(out, message.id);
  out.field("consumerPid", message.consumer_pid);
  if (message.provider_pid) {
    out.field("providerPid", message.provider_pid);
  } else {
    out.field("callbackAddress", message.callback_address);
  }
  out.field("offer", of_type(message.offer, odrl::PolicyType::offer));
  return out.done();
}

Result<void> read(const json::Node& node, ContractOfferMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "ContractOfferMessage");
  read_id(in, out.id);
  read_pid(in, "providerPid", out.provider_pid);
  read_pid(in, "consumerPid", out.consumer_pid);
  in.optional("callbackAddress", out.callback_address);
  read_policy(in, "offer", odrl::PolicyType::offer, out.offer);
  if (in.ok() && !out.consumer_pid && !out.callback_address) {
    in.refuse("callbackAddress", "is required where there is no consumerPid");
  }
  return in.done();
}

json::Value write(const ContractOfferMessage& message) {
  auto out = write_envelope("ContractOfferMessage");
  write_id(out, message.id);
  out.field("providerPid", message.provider_pid);
  if (message.consumer_pid) {
    out.field("consumerPid", message.consumer_pid);
  } else {
    out.field("callbackAddress", message.callback_address);
  }
  out.field("offer", of_type(message.offer, odrl::PolicyType::offer));
  return out.done();
}

Result<void> read(const json::Node& node, ContractAgreementMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "ContractAgreementMessage");
  read_id(in, out.id);
  read_pids(in, out.pids);
  read_policy(in, "agreement", odrl::PolicyType::agreement, out.agreement);
  if (!in.ok()) return in.done();
  if (!out.agreement.target) in.refuse("agreement", "target is required");
  if (!out.agreement.assigner) in.refuse("agreement", "assigner is required");
  if (!out.agreement.assignee) in.refuse("agreement", "assignee is required");
  return in.done();
}

json::Value write(const ContractAgreementMessage& message) {
  auto out = write_envelope("ContractAgreementMessage");
  write_id(out, message.id);
  write_pids(out, message.pids);
  out.field("agreement", of_type(message.agreement, odrl::PolicyType::agreement));
  return out.done();
}

Result<void> read(const json::Node& node, ContractAgreementVerificationMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "ContractAgreementVerificationMessage");
  read_id(in, out.id);
  read_pids(in, out.pids);
  return in.done();
}

json::Value write(const ContractAgreementVerificationMessage& message) {
  auto out = write_envelope("ContractAgreementVerificationMessage");
  write_id(out, message.id);
  write_pids(out, message.pids);
  return out.done();
}

namespace {

/// `dspace:ACCEPTED` and the full IRI say the same as the term.
std::string term_of(std::string_view name) {
  for (std::string_view prefix : {"dspace:", "https://w3id.org/dspace/2025/1/"}) {
    if (name.starts_with(prefix)) return std::string(name.substr(prefix.size()));
  }
  return std::string(name);
}

template <class E, std::size_t N>
void read_term(json::ObjectReader& in, std::string_view key, const json::EnumNames<E, N>& names, E& out) {
  std::string name;
  in.required(key, name);
  const auto node = in.member(key);
  if (!node) return;
  const json::Value term(term_of(name));
  if (auto done = json::read_enum(json::Node(term, node->pointer()), names, out); !done) {
    in.refuse(key, done.error().detail);
  }
}

}  // namespace

Result<void> read(const json::Node& node, ContractNegotiationEventMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "ContractNegotiationEventMessage");
  read_id(in, out.id);
  read_pids(in, out.pids);
  read_term(in, "eventType", negotiation_event_type_names, out.event_type);
  return in.done();
}

json::Value write(const ContractNegotiationEventMessage& message) {
  auto out = write_envelope("ContractNegotiationEventMessage");
  write_id(out, message.id);
  write_pids(out, message.pids);
  out.field("eventType", negotiation_event_type_names.name(message.event_type));
  return out.done();
}

Result<void> read(const json::Node& node, ContractNegotiationTerminationMessage& out) {
  json::ObjectReader in(node);
  read_envelope(in, "ContractNegotiationTerminationMessage");
  read_id(in, out.id);
  read_pids(in, out.pids);
  read_reason(in, out.reason);
  return in.done();
}

json::Value write(const ContractNegotiationTerminationMessage& message) {
  auto out = write_envelope("ContractNegotiationTerminationMessage");
  write_id(out, message.id);
  write_pids(out, message.pids);
  write_reason(out, message.reason);
  return out.done();
}

Result<void> read(const json::Node& node, ContractNegotiation& out) {
  json::ObjectReader in(node);
  read_envelope(in, "ContractNegotiation");
  read_pids(in, out.pids);
  read_term(in, "state", negotiation_state_names, out.state);
  return in.done();
}

json::Value write(const ContractNegotiation& message) {
  auto out = write_envelope("ContractNegotiation");
  write_pids(out, message.pids);
  out.field("state", negotiation_state_names.name(message.state));
  return out.done();
}

Result<void> read(const json::Node& node, ContractNegotiationError& out) {
  json::ObjectReader in(node);
  read_envelope(in, "ContractNegotiationError");
  read_optional_pids(in, out.pids);
  read_reason(in, out.reason);
  return in.done();
}

json::Value write(const ContractNegotiationError& message) {
  auto out = write_envelope("ContractNegotiationError");
  write_pids(out, message.pids);
  write_reason(out, message.reason);
  return out.done();
}

}  // namespace kontor::protocol::dsp
