#include "domain/contract_negotiation/codec.hpp"

#include "base/json/stored.hpp"
#include "domain/contract_negotiation/agreement.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "protocol/odrl/policy_text.hpp"

namespace kontor::domain::contract_negotiation {

// Found by the reader and writer of lists through their arguments' namespace.

Result<void> read(const json::Node& node, Role& out) {
  return json::read_enum(node, dsp::role_names, out);
}

Result<void> read(const json::Node& node, ExchangedOffer& out) {
  json::ObjectReader in(node);
  if (auto from = in.member("from")) {
    if (auto done = read(*from, out.from); !done) return done;
  }
  in.required("offer", out.offer).required("at", out.at);
  return in.done();
}

void append(std::string& text, const ExchangedOffer& offer) {
  json::ObjectText out(text);
  out.field("from", dsp::role_names.name(offer.from)).field("offer", offer.offer).field("at", offer.at).end();
}

Result<void> read(const json::Node& node, Agreement& out) {
  json::ObjectReader in(node);
  in.required("policy", out.policy).optional("claims", out.claims);
  return in.done();
}

namespace {

template <class E, std::size_t N>
Result<void> read_name(const json::ObjectReader& in, std::string_view key, const json::EnumNames<E, N>& names,
                       E& out) {
  const auto node = in.member(key);
  if (!node) return invalid("/" + std::string(key), "is required");
  return json::read_enum(*node, names, out);
}

/// The agreement of a negotiation. A provider's rests on what the negotiation knows of the consumer: that is
/// stored once, and the agreement has claims of its own only where they are others. The form before had them
/// always.
struct StoredAgreement {
  const Agreement& agreement;
  const json::SharedObject& known;
};

void append(std::string& text, const StoredAgreement& stored) {
  json::ObjectText out(text);
  out.field("policy", stored.agreement.policy);
  if (stored.agreement.claims != stored.known) out.field("claims", stored.agreement.claims);
  out.end();
}

void share_claims(const json::ObjectReader& in, ContractNegotiation& out) {
  const auto agreement = in.member("agreement");
  if (out.agreement && agreement && !json::ObjectReader(*agreement).has("claims"))
    out.agreement->claims = out.claims;
}

}  // namespace

Result<void> read(const json::Node& node, Waiting& out) {
  json::ObjectReader in(node);
  in.optional("until", out.until).optional("approves", out.approves).optional("agreement", out.agreement);
  return in.done();
}

void append(std::string& text, const Waiting& waiting) {
  json::ObjectText out(text);
  out.field("until", waiting.until).field("approves", waiting.approves);
  out.field("agreement", waiting.agreement).end();
}

Result<void> read(const json::Node& node, ContractNegotiation& out) {
  json::ObjectReader in(node);
  in.required("id", out.pid).optional("correlationId", out.peer_pid).required("participant", out.participant);
  in.required("counterPartyId", out.peer.id).required("counterPartyAddress", out.peer.address);
  in.required("protocol", out.peer.profile).required("callbackAddress", out.callback_address);
  in.optional("callbackAddresses", out.callback_addresses).required("assetId", out.dataset);
  in.optional("offers", out.offers).optional("claims", out.claims).optional("agreement", out.agreement);
  in.required("createdAt", out.created_at).required("stateTimestamp", out.state_at);
  in.optional("errorDetail", out.error_detail).optional("pending", out.pending).optional("sent", out.sent);
  in.optional("seen", out.seen).optional("explanation", out.explanation);
  in.optional("openedFor", out.opened_for);
  in.optional("waiting", out.waiting).optional("repeated", out.repeated);
  if (auto done = in.done(); !done) return done;
  share_claims(in, out);
  if (in.has("endedBy")) {
    if (auto done = read_name(in, "endedBy", ended_by_names, out.ended_by); !done) return done;
  }
  if (auto done = read_name(in, "type", dsp::role_names, out.role); !done) return done;
  if (auto done = read_name(in, "state", state_names, out.state); !done) return done;
  return read_name(in, "protocolState", dsp::negotiation_state_names, out.protocol_state);
}

void append(std::string& text, const ContractNegotiation& negotiation) {
  json::ObjectText out(text);
  out.field("id", negotiation.pid).field("type", dsp::role_names.name(negotiation.role));
  if (!negotiation.peer_pid.empty()) out.field("correlationId", negotiation.peer_pid);
  out.field("participant", negotiation.participant).field("counterPartyId", negotiation.peer.id);
  out.field("counterPartyAddress", negotiation.peer.address).field("protocol", negotiation.peer.profile);
  out.field("callbackAddress", negotiation.callback_address);
  out.non_empty("callbackAddresses", negotiation.callback_addresses).field("assetId", negotiation.dataset);
  out.field("offers", negotiation.offers);
  if (!negotiation.claims->empty()) out.field("claims", negotiation.claims);
  if (negotiation.agreement) {
    out.field("agreement", StoredAgreement{*negotiation.agreement, negotiation.claims});
    out.field("agreementId", negotiation.agreement->id());
    out.field("contractAgreementId", agreement_entity_id(negotiation));
  }
  out.field("state", state_names.name(negotiation.state)).field("stateCode", code_of(negotiation.state));
  out.field("protocolState", dsp::negotiation_state_names.name(negotiation.protocol_state));
  out.field("createdAt", negotiation.created_at).field("stateTimestamp", negotiation.state_at);
  if (!negotiation.error_detail.empty()) out.field("errorDetail", negotiation.error_detail);
  if (negotiation.ended_by != EndedBy::nobody)
    out.field("endedBy", ended_by_names.name(negotiation.ended_by));
  out.non_empty("explanation", negotiation.explanation);
  if (!negotiation.opened_for.empty()) out.field("openedFor", negotiation.opened_for);
  out.field("waiting", negotiation.waiting);
  if (!negotiation.pending.empty()) out.field("pending", negotiation.pending);
  if (negotiation.repeated > 0) out.field("repeated", negotiation.repeated);
  out.field("sent", negotiation.sent).non_empty("seen", negotiation.seen).end();
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
    {"agreementId", "agreementId"},
    {"contractAgreementId", "contractAgreementId", entity::FieldType::text, true},
    {"contractAgreement.id", "contractAgreementId"},
    {"errorDetail", "errorDetail"},
    {"createdAt", "createdAt", entity::FieldType::instant},
    {"stateTimestamp", "stateTimestamp", entity::FieldType::instant},
};
constexpr entity::Kind negotiation_kind{.name = "contract-negotiation",
                                        .codec_version = 2,
                                        .fields = fields,
                                        .keep_after_end = std::chrono::hours(24 * 365),
                                        .audited = true,
                                        .protocol = entity::Protocol::dsp};

}  // namespace

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  return negotiation_kind;
}

std::string Machine::encode(const Entity& negotiation) {
  return json::text_of(negotiation);
}

Result<ContractNegotiation> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<ContractNegotiation>(stored);
}

std::string Machine::event_body(const Entity& negotiation, std::string_view happened) {
  std::string text;
  json::ObjectText out(text);
  out.field("counterPartyId", negotiation.peer.id).field("counterPartyAddress", negotiation.peer.address);
  out.field("protocol", negotiation.peer.profile);
  const auto* offer = negotiation.last_offer();
  if (offer && (happened.ends_with(".requested") || happened.ends_with(".offered")))
    out.field("lastContractOffer", json::Object{{"id", offer->id}, {"assetId", negotiation.dataset.str()}});
  if (happened.ends_with(".waiting") && negotiation.waiting)
    out.field("waitsUntil", negotiation.waiting->until);
  if (happened.ends_with(".terminated")) out.field("reason", negotiation.error_detail);
  const bool finalized = happened.ends_with(".finalized");
  if (const auto agreement = finalized ? agreement_of(negotiation) : std::nullopt) {
    out.field("contractAgreement", json::Object{{"id", agreement->id.str()},
                                                {"assetId", agreement->dataset.str()},
                                                {"providerId", agreement->provider.str()},
                                                {"consumerId", agreement->consumer.str()}});
  }
  out.end();
  return text;
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::text_of(effect);
}

Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}

}  // namespace kontor::domain::contract_negotiation
