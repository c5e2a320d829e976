#include "fabric/provision_manager/orchestrations.hpp"

namespace kontor::fabric::provision_manager {

namespace engine = platform::engine;
using engine::Command;
using orchestration::Machine;
using platform::store::installation_context;

Orchestrations::Orchestrations(Services services, OrchestrationOptions options)
    : services_(services), options_(options) {
  services_.engine.add<Machine>(
      [this](engine::Committed<orchestration::Effect> effect) { return carry_out(std::move(effect)); });
  services_.exchange.orders_to([this](api::OrchestrationManifest manifest, std::string trace) {
    return take_order(std::move(manifest), std::move(trace));
  });
}

Task<Result<LoadedOrchestration>> Orchestrations::order(api::OrchestrationManifest manifest,
                                                        std::string actor, std::string trace) {
  auto known = co_await services_.engine.load<Machine>(installation_context(), entity_id(manifest.id));
  if (known || known.error().code != ErrorCode::not_found) co_return known;
  auto definition = co_await services_.definitions.of_type(manifest.orchestration_type);
  if (!definition) co_return fail(std::move(definition.error()));
  if (!*definition) {
    co_return invalid("/orchestrationType",
                      "nothing is defined for the orchestration type '{}': store a template",
                      manifest.orchestration_type);
  }
  auto compensation = co_await compensation_of(**definition);
  if (!compensation) co_return fail(std::move(compensation.error()));
  const auto id = manifest.id;
  orchestration::Ordered ordered{.manifest = std::move(manifest),
                                 .definition = std::move(**definition),
                                 .compensation = std::move(*compensation),
                                 .trace = trace};
  co_return co_await apply(id, std::move(ordered), std::move(actor), std::move(trace));
}

/// What undoes a deployment is the disposal of the same template.
Task<Result<std::optional<orchestration::Compensation>>> Orchestrations::compensation_of(
    api::OrchestrationDefinition definition) {
  if (definition.type != api::deploy_type) co_return std::nullopt;
  auto disposal = co_await services_.definitions.of_type(std::string(api::dispose_type));
  if (!disposal) co_return fail(std::move(disposal.error()));
  if (!*disposal || (*disposal)->template_ref != definition.template_ref) co_return std::nullopt;
  co_return orchestration::Compensation{.orchestration_type = std::string(api::dispose_type),
                                        .automatic = options_.compensate_automatically};
}

Task<Result<LoadedOrchestration>> Orchestrations::apply(api::OrchestrationId id, orchestration::Event event,
                                                        std::string actor, std::string trace) {
  Command command{installation_context(), entity_id(id), std::move(actor),
                  platform::telemetry::trace_of(trace)};
  return services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<void>> Orchestrations::take_order(api::OrchestrationManifest manifest, std::string trace) {
  auto ordered = co_await order(std::move(manifest), "tenant-manager", std::move(trace));
  if (!ordered) co_return fail(std::move(ordered.error()));
  co_return Result<void>{};
}

Task<Result<Orchestrations::Outcome>> Orchestrations::carry_out(
    engine::Committed<orchestration::Effect> effect) {
  const auto trace = effect.call().trace.traceparent();
  Result<void> done;
  if (const auto* run = std::get_if<orchestration::RunActivity>(&*effect)) {
    done = services_.runner.take(*run, trace);
  } else if (const auto* finished = std::get_if<orchestration::NotifyFinished>(&*effect)) {
    done = co_await services_.exchange.answer(finished->response, trace);
  } else if (const auto* compensate = std::get_if<orchestration::StartCompensation>(&*effect)) {
    auto ordered = co_await order(compensate->manifest, "system", trace);
    if (!ordered) done = fail(std::move(ordered.error()));
  }
  if (!done) co_return fail(std::move(done.error()));
  co_return Outcome{};
}

}  // namespace kontor::fabric::provision_manager
