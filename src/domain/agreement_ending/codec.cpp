#include "domain/agreement_ending/codec.hpp"

#include "base/json/stored.hpp"
#include "domain/agreement_ending/decide.hpp"

namespace kontor::domain::agreement_ending {
namespace {

constexpr std::string_view end_transfers = "end-transfers";
constexpr std::string_view tell_peer = "tell-peer";

template <class E, std::size_t N>
void read_name(json::ObjectReader& in, std::string_view key, const json::EnumNames<E, N>& names, E& out) {
  const auto node = in.member(key);
  if (!node || !json::read_enum(*node, names, out)) in.refuse(key, "is required, as one of its names");
}

void read_peer(json::ObjectReader& in, Peer& out) {
  in.required("counterPartyId", out.id).optional("counterPartyAddress", out.address);
  in.required("protocol", out.profile);
}

void write_peer(json::ObjectWriter& out, const Peer& peer) {
  out.field("counterPartyId", peer.id).field("counterPartyAddress", peer.address);
  out.field("protocol", peer.profile);
}

void read_pids(json::ObjectReader& in, dsp::Pids& out) {
  in.optional("providerPid", out.provider).optional("consumerPid", out.consumer);
}

void write_pids(json::ObjectWriter& out, const dsp::Pids& pids) {
  out.field("providerPid", pids.provider).field("consumerPid", pids.consumer);
}

json::Value write_one(const EndTransfers& effect) {
  json::ObjectWriter out;
  out.field("effect", end_transfers).field("agreementId", effect.agreement);
  return out.field("by", contract_negotiation::ended_by_names.name(effect.by))
      .field("reason", effect.reason)
      .done();
}

json::Value write_one(const TellPeer& effect) {
  json::ObjectWriter out;
  out.field("effect", tell_peer).field("message", effect.message);
  write_peer(out, effect.peer);
  write_pids(out, effect.pids);
  return out.field("receiver", dsp::role_names.name(effect.receiver)).field("reason", effect.reason).done();
}

constexpr entity::Field fields[] = {
    {"id", "id"},
    {"counterPartyId", "counterPartyId", entity::FieldType::text, true},
    {"state", "state"},
};
constexpr entity::Kind ending_kind{.name = "agreement-ending",
                                   .codec_version = 1,
                                   .fields = fields,
                                   .keep_after_end = std::chrono::hours(24 * 90),
                                   .audited = true};

}  // namespace

Result<void> read(const json::Node& node, AgreementEnding& out) {
  json::ObjectReader in(node);
  in.required("id", out.what.agreement).optional("reason", out.what.reason).required("endedAt", out.at);
  in.optional("peerKnows", out.peer_knows).optional("notTold", out.not_told);
  read_peer(in, out.what.peer);
  read_pids(in, out.what.pids);
  read_name(in, "type", dsp::role_names, out.what.role);
  read_name(in, "endedBy", contract_negotiation::ended_by_names, out.what.by);
  read_name(in, "state", state_names, out.state);
  return in.done();
}

json::Value write(const AgreementEnding& ending) {
  json::ObjectWriter out;
  out.field("id", ending.what.agreement).field("type", dsp::role_names.name(ending.what.role));
  write_peer(out, ending.what.peer);
  write_pids(out, ending.what.pids);
  out.field("state", state_names.name(ending.state)).field("endedAt", ending.at);
  out.field("endedBy", contract_negotiation::ended_by_names.name(ending.what.by));
  out.field("reason", ending.what.reason).field("peerKnows", ending.peer_knows);
  return out.non_empty("notTold", ending.not_told).done();
}

json::Value write(const Effect& effect) {
  return std::visit([](const auto& one) { return write_one(one); }, effect);
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string name;
  in.required("effect", name);
  if (name == end_transfers) {
    EndTransfers effect;
    in.required("agreementId", effect.agreement).optional("reason", effect.reason);
    read_name(in, "by", contract_negotiation::ended_by_names, effect.by);
    out = std::move(effect);
  } else if (name == tell_peer) {
    TellPeer effect;
    in.required("message", effect.message).optional("reason", effect.reason);
    read_peer(in, effect.peer);
    read_pids(in, effect.pids);
    read_name(in, "receiver", dsp::role_names, effect.receiver);
    out = std::move(effect);
  } else {
    in.refuse("effect", "is no effect of the end of an agreement");
  }
  return in.done();
}

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  return ending_kind;
}
std::string Machine::encode(const Entity& ending) {
  return json::encode(ending);
}
Result<AgreementEnding> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<AgreementEnding>(stored);
}
std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}
std::string_view Machine::effect_name(const Effect& effect) {
  return std::holds_alternative<TellPeer>(effect) ? tell_peer : end_transfers;
}
std::string Machine::effect_group(const Effect& effect) {
  const auto* message = std::get_if<TellPeer>(&effect);
  return message ? message->peer.id.str() : std::string(end_transfers);
}

std::string Machine::event_body(const Entity& ending, std::string_view) {
  json::ObjectWriter out;
  out.field("counterPartyId", ending.what.peer.id).field("protocol", ending.what.peer.profile);
  out.field("endedBy", contract_negotiation::ended_by_names.name(ending.what.by));
  return json::serialize(out.field("reason", ending.what.reason).done());
}

}  // namespace kontor::domain::agreement_ending
