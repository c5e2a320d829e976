#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "runtime/policy/policy_engine.hpp"
#include "runtime/policy/routes.hpp"

namespace kontor::runtime::policy {

inline platform::config::Fields fields_of(platform::config::Type<PolicyConfig>) {
  return {platform::config::field(
      "credential_types", &PolicyConfig::credential_types,
      "types of credentials that policies may ask for and counter-parties are asked to present")};
}

/// What policies can ask.
struct PolicyAssembly {
  static constexpr std::string_view name = "policy";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::routing::Router,
                                   platform::telemetry::Log, participant_context::ParticipantContexts>;
  using Provides = platform::assembly::Services<PolicyEngine>;
  using Config = PolicyConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&CelExpressionDocument::kind(), &PartnerGroupDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto& router = needs.get<platform::routing::Router>();
    bind_routes(router, engine);
    bind_partner_group_routes(router, {engine, needs.get<participant_context::ParticipantContexts>()});
    return std::make_unique<PolicyEngine>(config, engine,
                                          needs.get<platform::telemetry::Log>().component(name));
  }
};

}  // namespace kontor::runtime::policy
