#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/decisions/policy_decisions.hpp"

namespace kontor::runtime::decisions {

/// What is done where the protocol leaves a choice. Another assembly that provides `Decisions` takes this
/// one's place.
struct PolicyDecisionsAssembly {
  static constexpr std::string_view name = "decisions";
  using Requires = platform::assembly::Services<policy::PolicyEngine>;
  using Provides = platform::assembly::Services<Decisions>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    return std::make_unique<PolicyDecisions>(needs.get<policy::PolicyEngine>());
  }
};

}  // namespace kontor::runtime::decisions
