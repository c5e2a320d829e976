#include "base/json/codec.hpp"
#include "domain/contract_negotiation/agreement.hpp"
#include "domain/offer/rules.hpp"
#include "tck/dsp/connector/connector.hpp"

namespace kontor::tck::dsp {

namespace odrl = protocol::odrl;
namespace offer = domain::offer;
using negotiation::ContractAgreement;
using negotiation::ContractAgreementDocument;

namespace {

const std::string policy_id = "P123";

odrl::Policy anybody_may_use() {
  return json::decode<odrl::Policy>(R"({"@id":"P123","@type":"Set","permission":[{"action":"use"}]})")
      .value();
}

/// Datasets that have to be in the catalog; `CAT0103` must not.
std::vector<std::string> datasets() {
  std::vector<std::string> ids{std::string(shared_dataset)};
  for (const auto& one : all_cases()) {
    const bool offered = one.kind == Case::Kind::catalog
                             ? one.id != "CAT:01-03"
                             : one.kind == Case::Kind::negotiation && !one.as_consumer;
    if (offered) ids.push_back(one.key);
  }
  return ids;
}

}  // namespace

platform::engine::Command Seeds::command(const std::string& id) const {
  return {ContextId(std::string(context_id)), EntityId(id), "seeds"};
}

Task<Result<void>> Seeds::sow() {
  auto done = co_await sow_participant();
  if (!done) co_return fail(std::move(done.error()));
  done = co_await sow_terms();
  if (!done) co_return fail(std::move(done.error()));
  for (const auto& id : datasets()) {
    done = co_await sow_dataset(id);
    if (!done) co_return fail(std::move(done.error()));
  }
  for (const auto& one : all_cases()) {
    if (one.kind != Case::Kind::transfer) continue;
    done = co_await sow_agreement(one);
    if (!done) co_return fail(std::move(done.error()));
  }
  co_return Result<void>{};
}

Task<Result<void>> Seeds::sow_participant() {
  const ContextId context{std::string(context_id)};
  auto made = co_await services_.contexts.create(
      {.id = context, .identity = Did(std::string(own_id)), .properties = {}}, "seeds");
  if (!made) co_return fail(std::move(made.error()));
  co_return co_await services_.contexts.put_data_plane(
      context,
      {.dataplane_id = protocol::dps::DataPlaneId("data-plane"),
       .endpoint = services_.endpoints.signaling_url + "/api/v1/" + context.str() + "/dataflows",
       .profiles = {std::string(transfer_type)},
       .labels = {},
       .authorization = {}},
      "seeds");
}

Task<Result<void>> Seeds::sow_terms() {
  const auto now = services_.engine.clock().now();
  auto done = co_await services_.engine.put<offer::PolicyDefinitionDocument>(
      command(policy_id), {offer::PolicyDefinitionId(policy_id), anybody_may_use(), {}, now}, 0);
  if (!done) co_return fail(std::move(done.error()));
  const std::string id(definition_id);
  co_return co_await services_.engine.put<offer::ContractDefinitionDocument>(
      command(id),
      {offer::ContractDefinitionId(id),
       offer::PolicyDefinitionId(policy_id),
       offer::PolicyDefinitionId(policy_id),
       {},
       {},
       now},
      0);
}

Task<Result<void>> Seeds::sow_dataset(std::string id) {
  offer::Asset asset;
  asset.id = offer::AssetId(id);
  asset.properties.emplace("name", id);
  asset.data_address = json::Object{{"type", "HttpData"}, {"baseUrl", services_.endpoints.public_url}};
  asset.created_at = services_.engine.clock().now();
  co_return co_await services_.engine.put<offer::AssetDocument>(command(id), std::move(asset), 0);
}

Task<Result<void>> Seeds::sow_agreement(Case one) {
  const Did us{std::string(own_id)};
  const Did kit{std::string(kit_id)};
  const auto now = services_.engine.clock().now();
  ContractAgreement agreement;
  agreement.id = EntityId(one.key);
  agreement.agreement_id = protocol::dsp::AgreementId(one.key);
  agreement.negotiation = protocol::dsp::Pid("seeded-" + one.key);
  agreement.role = one.as_consumer ? protocol::dsp::Role::consumer : protocol::dsp::Role::provider;
  agreement.provider = one.as_consumer ? kit : us;
  agreement.consumer = one.as_consumer ? us : kit;
  agreement.dataset = protocol::dsp::DatasetId(std::string(shared_dataset));
  agreement.signed_at = now;
  agreement.profile = runtime::dsp_endpoint::profile_2025_1;
  auto terms = anybody_may_use();
  terms.target = agreement.dataset.str();
  agreement.policy =
      offer::agreement_for(terms, {agreement.agreement_id, agreement.provider, agreement.consumer, now});
  co_return co_await services_.engine.put<ContractAgreementDocument>(command(one.key), std::move(agreement),
                                                                     0);
}

}  // namespace kontor::tck::dsp
