#include "dataplane/replicas/assembly.hpp"

#include "domain/plane_replica/decide.hpp"

namespace kontor::dataplane::replicas {

namespace config = platform::config;
namespace plane = domain::plane_replica;
using platform::engine::Committed;
using platform::engine::Engine;
using platform::engine::Outcome;

namespace {

/// A replica has no effects.
Task<Result<Outcome<plane::Machine>>> nothing(Committed<plane::Effect>) {
  co_return Outcome<plane::Machine>{};
}

}  // namespace

config::Fields fields_of(config::Type<ReplicasConfig>) {
  using C = ReplicasConfig;
  return {config::field(
              "lease", &C::lease,
              "on a store that replicas share: how long at most an order that closes a flow waits for a "
              "replica that does not confirm it; a replica that is cut off refuses after two thirds")
              .at_least(std::chrono::milliseconds(300))
              .at_most(std::chrono::milliseconds(5'000))};
}

Result<platform::assembly::Built<ReplicasAssembly::Provides>> ReplicasAssembly::build(Requires needs,
                                                                                      const Config& config) {
  auto& engine = needs.get<Engine>();
  engine.add<plane::Machine>(nothing);
  auto replicas = std::make_unique<Replicas>(needs.get<platform::async::Scope>(), engine, config.lease);
  needs.get<signaling::DataFlows>().answer_closing_after(
      [all = replicas.get()](ContextId context, EntityId flow, platform::async::Deadline deadline) {
        return all->closed(std::move(context), std::move(flow), deadline);
      });
  return replicas;
}

std::vector<const entity::Kind*> ReplicasAssembly::kinds() {
  return {&plane::Machine::kind()};
}

Task<Result<void>> ReplicasAssembly::start(Provides provided) {
  co_return co_await provided.get<Replicas>().start();
}

Task<Result<void>> ReplicasAssembly::drain(Provides provided, platform::async::Deadline) {
  co_await provided.get<Replicas>().leave();
  co_return Result<void>{};
}

}  // namespace kontor::dataplane::replicas
