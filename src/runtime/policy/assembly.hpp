#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "runtime/policy/policy_engine.hpp"

namespace kontor::runtime::policy {

inline platform::config::Fields fields_of(platform::config::Type<PolicyConfig>) {
  return {platform::config::field(
      "credential_types", &PolicyConfig::credential_types,
      "types of credentials that policies may ask for and counter-parties are asked to present")};
}

/// What policies can ask.
struct PolicyAssembly {
  static constexpr std::string_view name = "policy";
  using Requires = platform::assembly::Services<>;
  using Provides = platform::assembly::Services<PolicyEngine>;
  using Config = PolicyConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires, const Config& config) {
    return std::make_unique<PolicyEngine>(config);
  }
};

}  // namespace kontor::runtime::policy
