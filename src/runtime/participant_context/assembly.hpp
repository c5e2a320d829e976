#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/participant_context/participant_contexts.hpp"
#include "runtime/participant_context/routes.hpp"

namespace kontor::runtime::participant_context {

/// The control plane's participant contexts.
struct ParticipantContextAssembly {
  static constexpr std::string_view name = "participant-context";
  using Requires = platform::assembly::Services<platform::engine::Engine, platform::vault::Vault,
                                                platform::routing::Router, identity::IdentityContexts>;
  using Provides = platform::assembly::Services<ParticipantContexts>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&ParticipantContextDocument::kind(), &ContextConfigDocument::kind(), &DataPlaneDocument::kind(),
            &DataPlanePresenceDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto contexts = std::make_unique<ParticipantContexts>(needs.get<platform::engine::Engine>(),
                                                          needs.get<platform::vault::Vault>());
    bind_routes(needs.get<platform::routing::Router>(), *contexts, needs.get<identity::IdentityContexts>());
    return contexts;
  }
};

/// What a participant's connector has, to take along.
struct ConnectorExportAssembly {
  static constexpr std::string_view name = "connector-export";
  using Requires =
      platform::assembly::Services<platform::routing::Router, ParticipantContexts, identity::Archives>;
  using Provides = platform::assembly::Services<>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    bind_export_route(needs.get<platform::routing::Router>(), needs.get<ParticipantContexts>(),
                      needs.get<identity::Archives>());
    return platform::assembly::Built<Provides>{};
  }
};

}  // namespace kontor::runtime::participant_context
