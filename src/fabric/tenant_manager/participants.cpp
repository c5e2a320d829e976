#include "fabric/tenant_manager/participants.hpp"

#include <algorithm>

namespace kontor::fabric::tenant_manager {

namespace engine = platform::engine;
namespace query = protocol::query;
using engine::Command;
using platform::store::installation_context;
using tenant::Machine;

namespace {

constexpr std::string_view context_field = "properties.participantContextId";

query::Predicate is_disposed(bool disposed) {
  return query::where("vpas.state", disposed ? query::Operator::equal : query::Operator::not_equal,
                      {std::string("disposed")});
}

std::string context_of(const json::Object& properties) {
  const auto* value = properties.if_contains(api::participant_context_id_key);
  const auto* found = value ? value->if_string() : nullptr;
  return found ? std::string(*found) : std::string();
}

/// Agents read the context's name from their own properties; the profile keeps it to be found by.
void name_context(api::NewParticipantProfile& order, const std::string& context) {
  order.properties.insert_or_assign(api::participant_context_id_key, context);
  auto& connector = order.vpa_properties[std::string(api::vpa_type_names.name(api::VpaType::control_plane))];
  connector.insert_or_assign(api::participant_context_id_key, context);
}

std::string without_dashes(std::string uuid) {
  std::erase(uuid, '-');
  return uuid;
}

}  // namespace

api::ParticipantProfile shown(const LoadedProfile& loaded) {
  return tenant::view_of(loaded.entity, loaded.version - 1);
}

Participants::Participants(Services services) : services_(services), deploying_(services.scope.executor()) {
  services_.engine.add<Machine>(
      [this](engine::Committed<tenant::Effect> effect) { return start(std::move(effect)); });
  services_.exchange.answers_to([this](api::OrchestrationResponse response, std::string trace) {
    return take_answer(std::move(response), std::move(trace));
  });
}

Task<Result<LoadedProfile>> Participants::deploy(api::TenantId tenant_id, api::NewParticipantProfile order,
                                                 std::string actor, std::string trace) {
  auto owner = co_await services_.documents.tenant(tenant_id);
  if (!owner) co_return fail(std::move(owner.error()), "there is no tenant '{}'", tenant_id);
  auto guard = co_await deploying_.lock();
  auto context = co_await context_for(order);
  if (!context) co_return fail(std::move(context.error()));
  name_context(order, *context);
  auto planned = co_await plan(order);
  if (!planned) co_return fail(std::move(planned.error()));
  auto& random = services_.engine.random();
  tenant::DeployOrdered event{.id = api::ParticipantProfileId(new_uuid(random)),
                              .tenant_id = std::move(tenant_id),
                              .order = std::move(order),
                              .plan = std::move(*planned),
                              .vpa_ids = {},
                              .manifest = api::OrchestrationId(new_uuid(random))};
  for (auto& id : event.vpa_ids) id = api::VpaId(new_uuid(random));
  Command command{installation_context(), entity_id(event.id), std::move(actor),
                  platform::telemetry::trace_of(trace)};
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<std::string>> Participants::context_for(api::NewParticipantProfile order) {
  auto same = query::where("identifier", order.identifier.str());
  auto users = co_await services_.documents.participants(same);
  if (!users) co_return fail(std::move(users.error()));
  if (*users > 0) {
    co_return fail(ErrorCode::conflict, "the identifier '{}' is that of a participant already",
                   order.identifier);
  }
  auto context = context_of(order.properties);
  if (context.empty()) {
    auto before = co_await find(query::all_of({same, is_disposed(true)}), {.offset = 0, .limit = 1});
    if (!before) co_return fail(std::move(before.error()));
    if (!before->entities.empty()) context = context_of(before->entities.front().properties);
  }
  if (context.empty()) co_return without_dashes(new_uuid(services_.engine.random()));
  if (!api::is_type_name(context)) {
    co_return invalid("/properties/participantContextId",
                      "must consist of letters, digits, dots, dashes and underscores");
  }
  auto other = query::where("identifier", query::Operator::not_equal, {order.identifier.str()});
  auto named = query::where(std::string(context_field), context);
  auto others = co_await find(query::all_of({std::move(named), std::move(other)}), {.offset = 0, .limit = 1});
  if (!others) co_return fail(std::move(others.error()));
  if (others->total > 0) {
    co_return fail(ErrorCode::conflict, "the participant context '{}' is another participant's", context);
  }
  co_return context;
}

Task<Result<tenant::DeploymentPlan>> Participants::plan(api::NewParticipantProfile order) {
  auto dataspaces = co_await services_.documents.dataspaces();
  if (!dataspaces) co_return fail(std::move(dataspaces.error()));
  auto cells = co_await services_.documents.cells();
  if (!cells) co_return fail(std::move(cells.error()));
  std::vector<tenant::CellCandidate> candidates;
  // It is a look at each of them, for every order.
  const bool counts = tenant::depends_on_participants(*cells);
  for (auto& cell : *cells) {
    if (!counts) {
      candidates.push_back({std::move(cell), {}});
      continue;
    }
    auto participants = co_await services_.documents.participants(query::where("vpas.cellId", cell.id.str()));
    if (!participants) co_return fail(std::move(participants.error()));
    candidates.push_back({std::move(cell), *participants});
  }
  co_return tenant::plan_deployment(order, *dataspaces, candidates);
}

Task<Result<LoadedProfile>> Participants::load(api::TenantId tenant_id, api::ParticipantProfileId id) {
  auto loaded = co_await services_.engine.load<Machine>(installation_context(), entity_id(id));
  if (loaded && loaded->entity.tenant_id != tenant_id) {
    co_return fail(ErrorCode::not_found, "the tenant '{}' has no participant profile '{}'", tenant_id, id);
  }
  co_return loaded;
}

Task<Result<LoadedProfile>> Participants::at_rest(api::TenantId tenant_id, api::ParticipantProfileId id,
                                                  Duration wait) {
  const auto deadline = platform::async::Deadline::after(services_.engine.clock(), wait);
  auto found = co_await load(std::move(tenant_id), id);
  if (!found) co_return found;
  const auto rests = [](const tenant::ParticipantProfile& profile) {
    const auto state = tenant::state_of(profile);
    return state != api::DeploymentState::pending && state != api::DeploymentState::disposing;
  };
  co_return co_await services_.engine.wait<Machine>(installation_context(), entity_id(id), rests, deadline);
}

Task<Result<LoadedProfile>> Participants::dispose(api::TenantId tenant_id, api::ParticipantProfileId id,
                                                  std::string actor, std::string trace) {
  auto found = co_await load(std::move(tenant_id), id);
  if (!found) co_return found;
  tenant::DisposeOrdered event{api::OrchestrationId(new_uuid(services_.engine.random()))};
  Command command{installation_context(), entity_id(id), std::move(actor),
                  platform::telemetry::trace_of(trace)};
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<Listed<api::ParticipantProfile>>> Participants::of_tenant(api::TenantId tenant_id,
                                                                      api::PageRequest page) {
  auto owner = co_await services_.documents.tenant(tenant_id);
  if (!owner) co_return fail(std::move(owner.error()));
  co_return co_await find(query::where("tenantId", tenant_id.str()), page);
}

Task<Result<Listed<api::ParticipantProfile>>> Participants::find(query::Predicate where,
                                                                 api::PageRequest page) {
  query::Query wanted{
      .where = std::move(where), .sort = {}, .limit = page.limit, .offset = page.offset, .after = {}};
  auto total = co_await services_.engine.store().count(installation_context(), Machine::kind(), wanted);
  if (!total) co_return fail(std::move(total.error()));
  auto found = co_await services_.engine.list<Machine>(installation_context(), std::move(wanted));
  if (!found) co_return fail(std::move(found.error()));
  Listed<api::ParticipantProfile> listed{.entities = {}, .total = *total};
  for (const auto& each : found->entities) listed.entities.push_back(shown(each));
  co_return listed;
}

Task<Result<Participants::Outcome>> Participants::start(engine::Committed<tenant::Effect> effect) {
  const auto& order = std::get<tenant::StartOrchestration>(*effect);
  auto ordered = co_await services_.exchange.order(order.manifest, effect.call().trace.traceparent());
  if (!ordered) co_return fail(std::move(ordered.error()));
  co_return Outcome{};
}

/// Answers to what the tenant manager did not order are nothing to it.
Task<Result<void>> Participants::take_answer(api::OrchestrationResponse response, std::string trace) {
  auto event = tenant::event_of(response);
  if (!event) co_return Result<void>{};
  Command command{installation_context(), EntityId(response.correlation_id), "provision-manager",
                  platform::telemetry::trace_of(trace)};
  auto applied = co_await services_.engine.apply<Machine>(std::move(command), std::move(*event));
  if (applied || applied.error().code == ErrorCode::not_found) co_return Result<void>{};
  co_return fail(std::move(applied.error()));
}

}  // namespace kontor::fabric::tenant_manager
