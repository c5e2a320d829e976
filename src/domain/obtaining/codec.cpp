#include "domain/obtaining/codec.hpp"

#include "base/json/stored.hpp"
#include "domain/obtaining/decide.hpp"

namespace kontor::domain::obtaining {
namespace {

constexpr std::string_view search = "search";
constexpr std::string_view negotiate = "negotiate";
constexpr std::string_view transfer = "transfer";

template <class E, std::size_t N>
void read_name(json::ObjectReader& in, std::string_view key, const json::EnumNames<E, N>& names, E& out) {
  const auto node = in.member(key);
  if (!node || !json::read_enum(*node, names, out)) in.refuse(key, "is required, as one of its names");
}

/// By its name in the catalogue: numbers of rows may change.
void read_code(json::ObjectReader& in, ErrorCode& out) {
  std::string name;
  in.required("code", name);
  for (const auto& row : error_catalogue) {
    if (row.name == name) out = row.code;
  }
}

constexpr entity::Field fields[] = {
    {"id", "id"},
    {"counterPartyId", "wanted.counterPartyId", entity::FieldType::text, true},
    {"assetId", "wanted.assetId", entity::FieldType::text, true},
    {"state", "state"},
};
constexpr entity::Kind obtaining_kind{.name = "obtaining",
                                      .codec_version = 1,
                                      .fields = fields,
                                      .keep_after_end = std::chrono::hours(24 * 90),
                                      .audited = true};

}  // namespace

Result<void> read(const json::Node& node, Wanted& out) {
  json::ObjectReader in(node);
  in.required("counterPartyId", out.counter_party).required("counterPartyAddress", out.address);
  in.required("protocol", out.profile).required("assetId", out.dataset);
  in.required("transferType", out.transfer_type).optional("acceptedPolicies", out.accepted);
  return in.done();
}

json::Value write(const Wanted& wanted) {
  json::ObjectWriter out;
  out.field("counterPartyId", wanted.counter_party).field("counterPartyAddress", wanted.address);
  out.field("protocol", wanted.profile).field("assetId", wanted.dataset);
  out.field("transferType", wanted.transfer_type);
  return out.non_empty("acceptedPolicies", wanted.accepted).done();
}

Result<void> read(const json::Node& node, Failure& out) {
  json::ObjectReader in(node);
  read_name(in, "hop", hop_names, out.hop);
  read_code(in, out.code);
  in.required("reason", out.reason).optional("said", out.said);
  return in.done();
}

json::Value write(const Failure& failure) {
  json::ObjectWriter out;
  out.field("hop", hop_names.name(failure.hop)).field("code", row_of(failure.code).name);
  return out.field("reason", failure.reason).non_empty("said", failure.said).done();
}

Result<void> read(const json::Node& node, Obtaining& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("wanted", out.wanted).required("flight", out.flight);
  read_name(in, "state", state_names, out.state);
  in.required("negotiationId", out.negotiation).required("transferProcessId", out.transfer);
  in.optional("contractAgreementId", out.agreement).optional("failure", out.failure);
  in.required("begunAt", out.begun_at).required("stateTimestamp", out.state_at);
  return in.done();
}

json::Value write(const Obtaining& obtaining) {
  json::ObjectWriter out;
  out.field("id", obtaining.id).field("wanted", obtaining.wanted).field("flight", obtaining.flight);
  out.field("state", state_names.name(obtaining.state)).field("negotiationId", obtaining.negotiation);
  out.field("transferProcessId", obtaining.transfer);
  if (!obtaining.agreement.empty()) out.field("contractAgreementId", obtaining.agreement);
  out.field("failure", obtaining.failure).field("begunAt", obtaining.begun_at);
  return out.field("stateTimestamp", obtaining.state_at).done();
}

namespace {

json::Value write_one(const Search& effect) {
  return json::ObjectWriter().field("effect", search).field("wanted", effect.wanted).done();
}
json::Value write_one(const Negotiate& effect) {
  json::ObjectWriter out;
  out.field("effect", negotiate).field("wanted", effect.wanted);
  return out.field("negotiationId", effect.negotiation).field("offer", effect.offer).done();
}
json::Value write_one(const Transfer& effect) {
  json::ObjectWriter out;
  out.field("effect", transfer).field("wanted", effect.wanted);
  return out.field("transferProcessId", effect.transfer)
      .field("contractAgreementId", effect.agreement)
      .done();
}

void read_rest(json::ObjectReader&, Search&) {}
void read_rest(json::ObjectReader& in, Negotiate& out) {
  in.required("negotiationId", out.negotiation).required("offer", out.offer);
}
void read_rest(json::ObjectReader& in, Transfer& out) {
  in.required("transferProcessId", out.transfer).required("contractAgreementId", out.agreement);
}

template <class E>
Result<void> read_one(json::ObjectReader& in, Effect& out) {
  E effect;
  in.required("wanted", effect.wanted);
  read_rest(in, effect);
  out = std::move(effect);
  return in.done();
}

}  // namespace

json::Value write(const Effect& effect) {
  return std::visit([](const auto& one) { return write_one(one); }, effect);
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string name;
  in.required("effect", name);
  if (name == search) return read_one<Search>(in, out);
  if (name == negotiate) return read_one<Negotiate>(in, out);
  if (name == transfer) return read_one<Transfer>(in, out);
  in.refuse("effect", "is no effect of an obtaining");
  return in.done();
}

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  return obtaining_kind;
}
std::string Machine::encode(const Entity& obtaining) {
  return json::encode(obtaining);
}
Result<Obtaining> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Obtaining>(stored);
}
std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}
std::string_view Machine::effect_name(const Effect& effect) {
  if (std::holds_alternative<Negotiate>(effect)) return negotiate;
  return std::holds_alternative<Transfer>(effect) ? transfer : search;
}

std::string Machine::event_body(const Entity& obtaining, std::string_view) {
  json::ObjectWriter out;
  out.field("counterPartyId", obtaining.wanted.counter_party).field("assetId", obtaining.wanted.dataset);
  if (obtaining.failure) out.field("reason", obtaining.failure->reason);
  return json::serialize(out.done());
}

}  // namespace kontor::domain::obtaining
