#include "domain/contract_negotiation/agreement.hpp"

#include "base/json/stored.hpp"
#include "protocol/odrl/policy_text.hpp"

namespace kontor::domain::contract_negotiation {
namespace {

constexpr entity::Field fields[] = {
    {"id", "id"},
    {"agreementId", "agreementId", entity::FieldType::text, true},
    {"assetId", "assetId", entity::FieldType::text, true},
    {"providerId", "providerId"},
    {"consumerId", "consumerId"},
    {"counterPartyId", "counterPartyId", entity::FieldType::text, true},
    {"type", "type"},
    {"protocol", "protocol"},
    {"negotiationId", "negotiationId"},
    {"contractSigningDate", "contractSigningDate", entity::FieldType::number},
    {"endedAt", "endedAt", entity::FieldType::instant},
};
constexpr entity::Kind agreement_kind{
    .name = "contract-agreement", .codec_version = 1, .fields = fields, .audited = true};

}  // namespace

EntityId agreement_entity_id(const ContractNegotiation& negotiation) {
  if (negotiation.role == Role::consumer || !negotiation.agreement) return entity_id(negotiation.pid);
  return entity_id(negotiation.agreement->id());
}

bool is_binding(const ContractNegotiation& negotiation) {
  const bool provider = negotiation.role == Role::provider;
  const bool ended =
      negotiation.state == State::finalized || (provider && negotiation.state == State::finalizing);
  return ended && negotiation.agreement;
}

std::optional<ContractAgreement> agreement_of(const ContractNegotiation& negotiation) {
  if (!is_binding(negotiation)) return std::nullopt;
  const bool consumer = negotiation.role == Role::consumer;
  const auto& policy = negotiation.agreement->policy;
  ContractAgreement agreement;
  agreement.id = agreement_entity_id(negotiation);
  agreement.agreement_id = negotiation.agreement->id();
  agreement.negotiation = negotiation.pid;
  agreement.role = negotiation.role;
  agreement.provider = consumer ? negotiation.peer.id : negotiation.participant;
  agreement.consumer = consumer ? negotiation.participant : negotiation.peer.id;
  agreement.dataset = negotiation.dataset;
  agreement.signed_at = policy.timestamp.value_or(negotiation.state_at);
  agreement.profile = negotiation.peer.profile;
  agreement.policy = policy;
  agreement.claims = negotiation.agreement->claims;
  agreement.peer_pid = negotiation.peer_pid;
  agreement.peer_address = negotiation.peer.address;
  return agreement;
}

namespace {

Result<void> read_end(const json::ObjectReader& in, std::optional<AgreementEnd>& out) {
  const auto at = in.member("endedAt");
  const auto by = in.member("endedBy");
  const auto reason = in.member("endReason");
  if (!at || !by || !reason) return {};
  auto& end = out.emplace();
  if (auto done = json::read(*at, end.at); !done) return done;
  if (auto done = json::read_enum(*by, ended_by_names, end.by); !done) return done;
  return json::read(*reason, end.reason);
}

}  // namespace

Result<void> read(const json::Node& node, ContractAgreement& out) {
  json::ObjectReader in(node);
  std::int64_t signed_at = 0;
  in.required("id", out.id)
      .required("agreementId", out.agreement_id)
      .required("negotiationId", out.negotiation);
  in.required("providerId", out.provider)
      .required("consumerId", out.consumer)
      .required("assetId", out.dataset);
  in.required("contractSigningDate", signed_at).required("protocol", out.profile);
  in.required("policy", out.policy).optional("claims", out.claims);
  in.optional("peerPid", out.peer_pid).optional("peerAddress", out.peer_address);
  if (auto done = in.done(); !done) return done;
  if (auto done = read_end(in, out.end); !done) return done;
  out.signed_at = from_epoch_seconds(signed_at);
  const auto type = in.member("type");
  if (!type) return invalid(node.pointer() + "/type", "is required");
  return json::read_enum(*type, dsp::role_names, out.role);
}

void append(std::string& text, const ContractAgreement& agreement) {
  json::ObjectText out(text);
  out.field("id", agreement.id).field("agreementId", agreement.agreement_id);
  out.field("negotiationId", agreement.negotiation).field("type", dsp::role_names.name(agreement.role));
  out.field("providerId", agreement.provider).field("consumerId", agreement.consumer);
  out.field("counterPartyId", agreement.counter_party()).field("assetId", agreement.dataset);
  out.field("contractSigningDate", epoch_seconds(agreement.signed_at)).field("protocol", agreement.profile);
  out.field("policy", agreement.policy).field("claims", agreement.claims);
  if (!agreement.peer_pid.empty()) out.field("peerPid", agreement.peer_pid);
  if (!agreement.peer_address.empty()) out.field("peerAddress", agreement.peer_address);
  if (agreement.end) {
    out.field("endedAt", agreement.end->at).field("endedBy", ended_by_names.name(agreement.end->by));
    out.field("endReason", agreement.end->reason);
  }
  out.end();
}

static_assert(entity::Document<ContractAgreementDocument>);

const entity::Kind& ContractAgreementDocument::kind() {
  return agreement_kind;
}
std::string ContractAgreementDocument::encode(const Entity& agreement) {
  return json::text_of(agreement);
}
Result<ContractAgreement> ContractAgreementDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<ContractAgreement>(stored);
}

}  // namespace kontor::domain::contract_negotiation
