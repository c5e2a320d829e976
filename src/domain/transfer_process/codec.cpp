#include "domain/transfer_process/codec.hpp"

#include "base/json/stored.hpp"
#include "domain/transfer_process/decide.hpp"

namespace kontor::domain::transfer_process {

// Found by the reader and writer of lists through their arguments' namespace.

Result<void> read(const json::Node& node, PolicyWatch& out) {
  json::ObjectReader in(node);
  std::optional<std::int64_t> believed_for;
  in.optional("moments", out.moments).optional("believedForMilliseconds", believed_for);
  in.required("lookedAt", out.looked_at).optional("unknownSince", out.unknown_since);
  if (believed_for) out.believed_for = std::chrono::milliseconds(*believed_for);
  return in.done();
}

json::Value write(const PolicyWatch& watch) {
  json::ObjectWriter out;
  out.non_empty("moments", watch.moments).field("lookedAt", watch.looked_at);
  out.field("unknownSince", watch.unknown_since);
  if (watch.believed_for) {
    out.field("believedForMilliseconds", std::int64_t{watch.believed_for->count()});
  }
  return out.done();
}

Result<void> read(const json::Node& node, Waiting& out) {
  json::ObjectReader in(node);
  in.optional("until", out.until).optional("approves", out.approves);
  return in.done();
}

json::Value write(const Waiting& waiting) {
  return json::ObjectWriter().field("until", waiting.until).field("approves", waiting.approves).done();
}

namespace {

template <class E, std::size_t N>
Result<void> read_name(const json::ObjectReader& in, std::string_view key, const json::EnumNames<E, N>& names,
                       E& out) {
  const auto node = in.member(key);
  if (!node) return invalid("/" + std::string(key), "is required");
  return json::read_enum(*node, names, out);
}

json::Value with_members(json::Value value, const json::Value& more) {
  for (const auto& entry : more.get_object()) value.get_object().emplace(entry.key(), entry.value());
  return value;
}

}  // namespace

Result<void> read(const json::Node& node, Subject& out) {
  json::ObjectReader in(node);
  in.required("contractId", out.contract)
      .required("agreementId", out.agreement)
      .required("assetId", out.dataset);
  in.required("transferType", out.transfer_type).optional("claims", out.claims);
  if (auto done = in.done(); !done) return done;
  return read_name(in, "direction", direction_names, out.direction);
}

json::Value write(const Subject& subject) {
  json::ObjectWriter out;
  out.field("contractId", subject.contract)
      .field("agreementId", subject.agreement)
      .field("assetId", subject.dataset);
  out.field("transferType", subject.transfer_type)
      .field("direction", direction_names.name(subject.direction));
  return out.field("claims", subject.claims).done();
}

Result<void> read(const json::Node& node, DataplaneMetadata& out) {
  json::ObjectReader in(node);
  in.one_or_many("labels", out.labels)
      .optional("properties", out.properties)
      .one_or_many("profiles", out.profiles);
  return in.done();
}

json::Value write(const DataplaneMetadata& metadata) {
  json::ObjectWriter out;
  out.non_empty("labels", metadata.labels).non_empty("properties", metadata.properties);
  return out.non_empty("profiles", metadata.profiles).done();
}

Result<void> read(const json::Node& node, TransferProcess& out) {
  json::ObjectReader in(node);
  in.required("id", out.pid).optional("correlationId", out.peer_pid).required("participant", out.participant);
  in.required("counterPartyId", out.peer.id).required("counterPartyAddress", out.peer.address);
  in.required("protocol", out.peer.profile).required("callbackAddress", out.callback_address);
  in.optional("callbackAddresses", out.callback_addresses).optional("dataplaneMetadata", out.metadata);
  in.optional("privateProperties", out.private_properties);
  in.required("createdAt", out.created_at).required("stateTimestamp", out.state_at);
  in.optional("errorDetail", out.error_detail).optional("explanation", out.explanation);
  in.optional("waiting", out.waiting)
      .optional("policyWatch", out.policy_watch)
      .optional("dataPlaneId", out.data_plane)
      .optional("dataPlaneChoice", out.data_plane_choice);
  in.optional("hasFlow", out.has_flow).optional("dataAddress", out.data_address);
  in.optional("addressAt", out.address_at).optional("renewing", out.renewing);
  in.optional("renewalError", out.renewal_error);
  in.optional("awaitsAddress", out.awaits_address).optional("startIsEcho", out.start_is_echo);
  in.optional("startBeforeCompletion", out.start_before_completion).optional("openedFor", out.opened_for);
  in.optional("pending", out.pending).optional("sent", out.sent).optional("seen", out.seen);
  if (auto done = in.done(); !done) return done;
  if (in.member("endedBy")) {
    if (auto done = read_name(in, "endedBy", ended_by_names, out.ended_by); !done) return done;
  }
  if (auto done = read(node, out.subject); !done) return done;
  if (auto done = read_name(in, "type", dsp::role_names, out.role); !done) return done;
  if (auto done = read_name(in, "state", state_names, out.state); !done) return done;
  return read_name(in, "protocolState", dsp::transfer_state_names, out.protocol_state);
}

json::Value write(const TransferProcess& process) {
  json::ObjectWriter out;
  out.field("id", process.pid).field("type", dsp::role_names.name(process.role));
  if (!process.peer_pid.empty()) out.field("correlationId", process.peer_pid);
  out.field("participant", process.participant).field("counterPartyId", process.peer.id);
  out.field("counterPartyAddress", process.peer.address).field("protocol", process.peer.profile);
  out.field("callbackAddress", process.callback_address)
      .non_empty("callbackAddresses", process.callback_addresses);
  out.field("dataplaneMetadata", process.metadata).non_empty("privateProperties", process.private_properties);
  out.field("state", state_names.name(process.state)).field("stateCode", code_of(process.state));
  out.field("protocolState", dsp::transfer_state_names.name(process.protocol_state));
  out.field("createdAt", process.created_at).field("stateTimestamp", process.state_at);
  if (!process.error_detail.empty()) out.field("errorDetail", process.error_detail);
  if (process.ended_by != EndedBy::nobody) out.field("endedBy", ended_by_names.name(process.ended_by));
  out.non_empty("explanation", process.explanation).field("policyWatch", process.policy_watch);
  out.field("waiting", process.waiting);
  if (!process.data_plane.empty()) out.field("dataPlaneId", process.data_plane);
  out.non_empty("dataPlaneChoice", process.data_plane_choice);
  out.field("hasFlow", process.has_flow).field("dataAddress", process.data_address);
  out.field("addressAt", process.address_at);
  if (process.renewing) out.field("renewing", true);
  if (!process.renewal_error.empty()) out.field("renewalError", process.renewal_error);
  if (process.awaits_address) out.field("awaitsAddress", true);
  if (process.start_is_echo) out.field("startIsEcho", true);
  if (!process.opened_for.empty()) out.field("openedFor", process.opened_for);
  if (!process.pending.empty()) out.field("pending", process.pending);
  if (!process.start_before_completion.empty())
    out.field("startBeforeCompletion", process.start_before_completion);
  out.field("sent", process.sent).non_empty("seen", process.seen);
  return with_members(out.done(), write(process.subject));
}

namespace {

constexpr entity::Field fields[] = {
    {"id", "id"},
    {"type", "type"},
    {"state", "stateCode", entity::FieldType::number, true},
    {"stateName", "state"},
    {"protocol", "protocol"},
    {"profile", "protocol"},
    {"correlationId", "correlationId", entity::FieldType::text, true},
    {"counterPartyId", "counterPartyId", entity::FieldType::text, true},
    {"counterPartyAddress", "counterPartyAddress"},
    {"assetId", "assetId", entity::FieldType::text, true},
    {"contractId", "contractId", entity::FieldType::text, true},
    {"agreementId", "agreementId", entity::FieldType::text, true},
    {"transferType", "transferType"},
    {"dataPlaneId", "dataPlaneId"},
    {"errorDetail", "errorDetail"},
    {"createdAt", "createdAt", entity::FieldType::instant},
    {"stateTimestamp", "stateTimestamp", entity::FieldType::instant},
};
constexpr entity::Kind process_kind{.name = "transfer-process",
                                    .codec_version = 1,
                                    .fields = fields,
                                    .free_properties = "privateProperties",
                                    .keep_after_end = std::chrono::hours(24 * 90),
                                    .audited = true,
                                    .protocol = entity::Protocol::dsp};

}  // namespace

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  return process_kind;
}

std::string Machine::encode(const Entity& process) {
  return json::encode(process);
}

Result<TransferProcess> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<TransferProcess>(stored);
}

std::string Machine::event_body(const Entity& process, std::string_view happened) {
  json::ObjectWriter out;
  out.field("assetId", process.subject.dataset).field("contractId", process.subject.contract);
  out.field("type", dsp::role_names.name(process.role)).field("protocol", process.peer.profile);
  out.field("counterPartyId", process.peer.id);
  if (happened.ends_with(".waiting") && process.waiting) out.field("waitsUntil", process.waiting->until);
  if (happened.ends_with(".suspended") || happened.ends_with(".terminated"))
    out.field("reason", process.error_detail);
  return json::serialize(out.done());
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}

Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}

}  // namespace kontor::domain::transfer_process
