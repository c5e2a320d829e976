#include "base/json/codec.hpp"
#include "connector/connector.hpp"
#include "domain/contract_negotiation/agreement.hpp"
#include "domain/offer/rules.hpp"
#include "tck/dps/system/planes.hpp"

namespace kontor::tck::dps {

namespace offer = domain::offer;
namespace odrl = protocol::odrl;
using domain::contract_negotiation::ContractAgreement;
using domain::contract_negotiation::ContractAgreementDocument;
using protocol::dsp::Role;

namespace {

odrl::Policy anybody_may_use() {
  return json::decode<odrl::Policy>(R"({"@id":"policy","@type":"Set","permission":[{"action":"use"}]})")
      .value();
}

}  // namespace

platform::engine::Command Seeds::command(std::string id) const {
  return {ContextId(std::string(context_id)), EntityId(std::move(id)), "seeds"};
}

Task<Result<void>> Seeds::sow() {
  auto done = co_await sow_participant();
  if (!done) co_return fail(std::move(done.error()));
  done = co_await sow_dataset();
  if (!done) co_return fail(std::move(done.error()));
  for (const auto& one : all_cases()) {
    if (!one.is_of_control_plane()) continue;
    done = co_await sow_agreement(one);
    if (!done) co_return fail(std::move(done.error()));
  }
  co_return Result<void>{};
}

/// The client of the token service whose tokens the relay lends speaks for the kit's control plane.
Task<Result<void>> Seeds::sow_participant() {
  const ContextId context{std::string(context_id)};
  auto made = co_await services_.contexts.create(
      {.id = context, .identity = Did(std::string(own_id)), .properties = {}}, "seeds");
  if (!made) co_return fail(std::move(made.error()));
  auto plane = co_await services_.contexts.put_data_plane(context,
                                                          {.dataplane_id = protocol::dps::DataPlaneId("kit"),
                                                           .endpoint = kit_,
                                                           .profiles = {std::string(transfer_type)},
                                                           .labels = {},
                                                           .authorization = {}},
                                                          "seeds");
  if (!plane) co_return fail(std::move(plane.error()));
  co_return co_await services_.control_planes.put(
      context,
      {.controlplane_id = protocol::dps::ControlPlaneId(std::string(connector::client_id)),
       .endpoint = kit_,
       .authorization = {}},
      "seeds");
}

Task<Result<void>> Seeds::sow_dataset() {
  offer::Asset asset;
  asset.id = offer::AssetId(std::string(dataset));
  asset.properties.emplace("name", dataset);
  asset.data_address = json::Object{{"type", "HttpData"}, {"baseUrl", kit_ + "/data"}};
  asset.created_at = services_.engine.clock().now();
  co_return co_await services_.engine.put<offer::AssetDocument>(command(std::string(dataset)),
                                                                std::move(asset), 0);
}

Task<Result<void>> Seeds::sow_agreement(Case one) {
  const Did us{std::string(own_id)};
  const Did kit{std::string(one.is_of_consumer() ? kit_as_provider : kit_as_consumer)};
  const auto now = services_.engine.clock().now();
  ContractAgreement agreement;
  agreement.id = EntityId(one.agreement);
  agreement.agreement_id = protocol::dsp::AgreementId(one.agreement);
  agreement.negotiation = protocol::dsp::Pid("seeded-" + one.agreement);
  agreement.role = one.is_of_consumer() ? Role::consumer : Role::provider;
  agreement.provider = one.is_of_consumer() ? kit : us;
  agreement.consumer = one.is_of_consumer() ? us : kit;
  agreement.dataset = protocol::dsp::DatasetId(std::string(dataset));
  agreement.signed_at = now;
  agreement.profile = runtime::dsp_endpoint::profile_2025_1;
  auto terms = anybody_may_use();
  terms.target = agreement.dataset.str();
  agreement.policy =
      offer::agreement_for(terms, {agreement.agreement_id, agreement.provider, agreement.consumer, now});
  co_return co_await services_.engine.put<ContractAgreementDocument>(command(one.agreement),
                                                                     std::move(agreement), 0);
}

}  // namespace kontor::tck::dps
