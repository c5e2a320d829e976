#pragma once

#include <string>

#include "domain/tenant/decide.hpp"
#include "fabric/exchange/exchange.hpp"
#include "fabric/tenant_manager/register.hpp"
#include "platform/async/signal.hpp"

namespace kontor::fabric::tenant_manager {

using LoadedProfile = platform::engine::Loaded<tenant::ParticipantProfile>;

/// Participants from their onboarding to their end. What is decided is decided by domain/tenant; the
/// provision manager does the work and answers. Profiles belong to the installation, `tenantId` says to whom
/// in it.
///
/// Each profile has a participant context: the one that its order names (`properties.participantContextId`),
/// else the one that its identifier had before, else a new one. Neither an identifier nor a context serves
/// two participants.
class Participants {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::async::Scope& scope;
    exchange::OrchestrationExchange& exchange;
    Register& documents;
  };
  /// Adds the machine to the engine, and takes the exchange's answers.
  explicit Participants(Services services);

  /// Errors: not_found (no such tenant), invalid_input, conflict (the identifier or the context is in use; no
  /// cell fits).
  Task<Result<LoadedProfile>> deploy(api::TenantId tenant, api::NewParticipantProfile order,
                                     std::string actor, std::string trace);
  /// Errors: not_found, illegal_transition (it is being deployed).
  Task<Result<LoadedProfile>> dispose(api::TenantId tenant, api::ParticipantProfileId id, std::string actor,
                                      std::string trace);
  /// Errors: not_found, also for another tenant's.
  Task<Result<LoadedProfile>> load(api::TenantId tenant, api::ParticipantProfileId id);
  /// The same, once its agents are active, disposed or in error, or after `wait`.
  Task<Result<LoadedProfile>> at_rest(api::TenantId tenant, api::ParticipantProfileId id, Duration wait);
  /// A tenant's profiles. Errors: not_found for the tenant.
  Task<Result<Listed<api::ParticipantProfile>>> of_tenant(api::TenantId tenant, api::PageRequest page);
  Task<Result<Listed<api::ParticipantProfile>>> find(protocol::query::Predicate where, api::PageRequest page);

 private:
  using Outcome = platform::engine::Outcome<tenant::Machine>;
  Task<Result<tenant::DeploymentPlan>> plan(api::NewParticipantProfile order);
  Task<Result<std::string>> context_for(api::NewParticipantProfile order);
  Task<Result<Outcome>> start(platform::engine::Committed<tenant::Effect> effect);
  Task<Result<void>> take_answer(api::OrchestrationResponse response, std::string trace);

  Services services_;
  platform::async::Mutex deploying_;  ///< placement and uniqueness are decided for one participant at a time
};

/// As clients see it.
api::ParticipantProfile shown(const LoadedProfile& loaded);

}  // namespace kontor::fabric::tenant_manager
