#include "domain/data_flow/codec.hpp"

namespace kontor::domain::data_flow {
namespace {

constexpr json::EnumNames<Direction, 2> direction_names{
    {{Direction::push, "push"}, {Direction::pull, "pull"}}};
constexpr json::EnumNames<Message, 7> message_names{{{Message::prepare, "prepare"},
                                                     {Message::start, "start"},
                                                     {Message::started, "started"},
                                                     {Message::suspend, "suspend"},
                                                     {Message::resume, "resume"},
                                                     {Message::terminate, "terminate"},
                                                     {Message::completed, "completed"}}};
constexpr json::EnumNames<Callback, 4> callback_names{{{Callback::prepared, "prepared"},
                                                       {Callback::started, "started"},
                                                       {Callback::completed, "completed"},
                                                       {Callback::errored, "errored"}}};

template <class E, std::size_t N>
void read_name(json::ObjectReader& in, std::string_view key, const json::EnumNames<E, N>& names, E& out) {
  std::string text;
  in.required(key, text);
  if (auto value = names.value(text)) {
    out = *value;
  } else if (in.ok()) {
    in.refuse(key, "is no known name");
  }
}

}  // namespace

Result<void> read(const json::Node& node, SealedProperty& out) {
  json::ObjectReader in(node);
  in.required("name", out.name).required("vaultKey", out.vault_key);
  return in.done();
}

json::Value write(const SealedProperty& property) {
  return json::ObjectWriter().field("name", property.name).field("vaultKey", property.vault_key).done();
}

Result<void> read(const json::Node& node, SealedAddress& out) {
  json::ObjectReader in(node);
  in.required("address", out.open).optional("sealed", out.sealed);
  return in.done();
}

json::Value write(const SealedAddress& address) {
  return json::ObjectWriter().field("address", address.open).non_empty("sealed", address.sealed).done();
}

Result<void> read(const json::Node& node, Grant& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("tokenSha256", out.token_sha256)
      .optional("refreshTokenSha256", out.refresh_token_sha256)
      .required("issuedAt", out.issued_at)
      .optional("expiresAt", out.expires_at);
  return in.done();
}

json::Value write(const Grant& grant) {
  return json::ObjectWriter()
      .field("id", grant.id)
      .field("tokenSha256", grant.token_sha256)
      .field("refreshTokenSha256", grant.refresh_token_sha256)
      .field("issuedAt", grant.issued_at)
      .field("expiresAt", grant.expires_at)
      .done();
}

Result<void> read(const json::Node& node, Terms& out) {
  json::ObjectReader in(node);
  std::string agreement;
  std::string dataset;
  in.required("processId", out.process_id)
      .optional("agreementId", agreement)
      .optional("datasetId", dataset)
      .optional("participantId", out.participant_id)
      .optional("counterPartyId", out.counter_party_id)
      .optional("dataspaceContext", out.dataspace_context)
      .required("profile", out.profile)
      .optional("labels", out.labels)
      .optional("claims", out.claims)
      .optional("metadata", out.metadata);
  out.agreement_id = AgreementId(std::move(agreement));
  out.dataset_id = DatasetId(std::move(dataset));
  return in.done();
}

json::Value write(const Terms& terms) {
  return json::ObjectWriter()
      .field("processId", terms.process_id)
      .field("agreementId", terms.agreement_id)
      .field("datasetId", terms.dataset_id)
      .field("participantId", terms.participant_id)
      .field("counterPartyId", terms.counter_party_id)
      .field("dataspaceContext", terms.dataspace_context)
      .field("profile", terms.profile)
      .non_empty("labels", terms.labels)
      .non_empty("claims", terms.claims)
      .non_empty("metadata", terms.metadata)
      .done();
}

Result<void> read(const json::Node& node, ControlPlane& out) {
  json::ObjectReader in(node);
  std::string id;
  in.optional("id", id).required("callbackAddress", out.callback_address);
  out.id = ControlPlaneId(std::move(id));
  return in.done();
}

json::Value write(const ControlPlane& plane) {
  return json::ObjectWriter().field("id", plane.id).field("callbackAddress", plane.callback_address).done();
}

Result<void> read(const json::Node& node, Counters& out) {
  json::ObjectReader in(node);
  in.required("requests", out.requests)
      .required("errors", out.errors)
      .required("receivedBytes", out.received_bytes)
      .required("sentBytes", out.sent_bytes);
  return in.done();
}

json::Value write(const Counters& counters) {
  return json::ObjectWriter()
      .field("requests", counters.requests)
      .field("errors", counters.errors)
      .field("receivedBytes", counters.received_bytes)
      .field("sentBytes", counters.sent_bytes)
      .done();
}

Result<void> read(const json::Node& node, DataFlow& out) {
  json::ObjectReader in(node);
  read_name(in, "role", protocol::dsp::role_names, out.role);
  read_name(in, "direction", direction_names, out.direction);
  read_name(in, "lastMessage", message_names, out.last_message);
  in.required("id", out.id)
      .required("participantContext", out.participant_context)
      .required("state", out.state)
      .required("stateSince", out.state_since)
      .required("terms", out.terms)
      .required("controlPlane", out.control_plane)
      .optional("source", out.source)
      .optional("counterAddress", out.counter_address)
      .optional("ownAddress", out.own_address)
      .optional("grant", out.grant)
      .optional("previousGrant", out.previous_grant)
      .optional("openUntil", out.open_until)
      .required("counters", out.counters)
      .optional("handled", out.handled)
      .optional("lastError", out.last_error);
  return in.done();
}

json::Value write(const DataFlow& flow) {
  return json::ObjectWriter()
      .field("id", flow.id)
      .field("participantContext", flow.participant_context)
      .field("role", protocol::dsp::role_names.name(flow.role))
      .field("direction", direction_names.name(flow.direction))
      .field("state", flow.state)
      .field("stateSince", flow.state_since)
      .field("terms", flow.terms)
      .field("controlPlane", flow.control_plane)
      .field("source", flow.source)
      .field("counterAddress", flow.counter_address)
      .field("ownAddress", flow.own_address)
      .field("grant", flow.grant)
      .field("previousGrant", flow.previous_grant)
      .field("openUntil", flow.open_until)
      .field("counters", flow.counters)
      .field("lastMessage", message_names.name(flow.last_message))
      .non_empty("handled", flow.handled)
      .non_empty("lastError", flow.last_error)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string name;
  DataFlowId flow;
  in.required("effect", name).required("flow", flow);
  if (name == "open-access") {
    out = OpenAccess{std::move(flow)};
  } else if (name == "close-access") {
    CloseAccess close{.flow = std::move(flow)};
    in.required("forEver", close.for_ever);
    out = std::move(close);
  } else if (name == "notify-control-plane") {
    NotifyControlPlane notify{.flow = std::move(flow)};
    read_name(in, "callback", callback_names, notify.callback);
    in.required("controlPlane", notify.control_plane)
        .required("state", notify.state)
        .required("withAddress", notify.with_address)
        .optional("error", notify.error)
        .optional("since", notify.since);
    out = std::move(notify);
  } else if (in.ok()) {
    in.refuse("effect", "is no effect of a data flow");
  }
  return in.done();
}

json::Value write(const Effect& effect) {
  json::ObjectWriter out;
  if (const auto* open = std::get_if<OpenAccess>(&effect)) {
    out.field("effect", "open-access").field("flow", open->flow);
  } else if (const auto* close = std::get_if<CloseAccess>(&effect)) {
    out.field("effect", "close-access").field("flow", close->flow).field("forEver", close->for_ever);
  } else if (const auto* notify = std::get_if<NotifyControlPlane>(&effect)) {
    out.field("effect", "notify-control-plane")
        .field("flow", notify->flow)
        .field("controlPlane", notify->control_plane)
        .field("callback", callback_names.name(notify->callback))
        .field("state", notify->state)
        .field("withAddress", notify->with_address)
        .non_empty("error", notify->error)
        .field("since", notify->since);
  }
  return out.done();
}

}  // namespace kontor::domain::data_flow
