#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/secrets/routes.hpp"

namespace kontor::runtime::secrets {

/// Secrets that participants hand over.
struct SecretsAssembly {
  static constexpr std::string_view name = "secrets";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::routing::Router,
                                   platform::vault::Vault, participant_context::ParticipantContexts>;
  using Provides = platform::assembly::Services<Secrets>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() { return {&SecretDocument::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto secrets = std::make_unique<Secrets>(Secrets::Services{
        engine, needs.get<participant_context::ParticipantContexts>(), needs.get<platform::vault::Vault>()});
    bind_routes(needs.get<platform::routing::Router>(), engine, *secrets);
    return secrets;
  }
};

}  // namespace kontor::runtime::secrets
