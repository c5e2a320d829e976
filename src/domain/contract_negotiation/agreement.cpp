#include "domain/contract_negotiation/agreement.hpp"

#include "base/json/codec.hpp"

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
};
constexpr entity::Kind agreement_kind{
    .name = "contract-agreement", .codec_version = 1, .fields = fields, .audited = true};

}  // namespace

EntityId agreement_entity_id(const ContractNegotiation& negotiation) {
  if (negotiation.role == Role::consumer || !negotiation.agreement) return entity_id(negotiation.pid);
  return entity_id(negotiation.agreement->id());
}

std::optional<ContractAgreement> agreement_of(const ContractNegotiation& negotiation) {
  const bool consumer = negotiation.role == Role::consumer;
  const bool binding =
      negotiation.state == State::finalized || (!consumer && negotiation.state == State::finalizing);
  if (!binding || !negotiation.agreement) return std::nullopt;
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
  return agreement;
}

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
  if (auto done = in.done(); !done) return done;
  out.signed_at = from_epoch_seconds(signed_at);
  const auto type = in.member("type");
  if (!type) return invalid(node.pointer() + "/type", "is required");
  return json::read_enum(*type, dsp::role_names, out.role);
}

json::Value write(const ContractAgreement& agreement) {
  json::ObjectWriter out;
  out.field("id", agreement.id).field("agreementId", agreement.agreement_id);
  out.field("negotiationId", agreement.negotiation).field("type", dsp::role_names.name(agreement.role));
  out.field("providerId", agreement.provider).field("consumerId", agreement.consumer);
  out.field("counterPartyId", agreement.counter_party()).field("assetId", agreement.dataset);
  out.field("contractSigningDate", epoch_seconds(agreement.signed_at)).field("protocol", agreement.profile);
  out.field("policy", agreement.policy).field("claims", agreement.claims);
  return out.done();
}

static_assert(entity::Document<ContractAgreementDocument>);

const entity::Kind& ContractAgreementDocument::kind() {
  return agreement_kind;
}
std::string ContractAgreementDocument::encode(const Entity& agreement) {
  return json::encode(agreement);
}
Result<ContractAgreement> ContractAgreementDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode<ContractAgreement>(stored, {.bytes_max = std::size_t{16} << 20, .depth_max = 64});
}

}  // namespace kontor::domain::contract_negotiation
