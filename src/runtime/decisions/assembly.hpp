#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "runtime/decisions/policy_decisions.hpp"

namespace kontor::runtime::decisions {

inline platform::config::Fields fields_of(platform::config::Type<DecisionsConfig>) {
  using C = DecisionsConfig;
  using platform::config::field;
  return {field("time_limit", &C::time_limit, "how long what waits for a person waits")
              .at_least(std::chrono::milliseconds(100)),
          field("approve_when_late", &C::approve_when_late,
                "what nobody has decided in time goes on; otherwise it is refused"),
          field("own_terms_wait", &C::own_terms_wait,
                "who fulfils our own terms waits for a person as well, before it gets an agreement"),
          field("transfers_wait", &C::transfers_wait,
                "a transfer waits for a person, though its agreement allows it")};
}

/// What is done where the protocol leaves a choice. Another assembly that provides `Decisions` takes this
/// one's place.
struct PolicyDecisionsAssembly {
  static constexpr std::string_view name = "decisions";
  using Requires = platform::assembly::Services<policy::PolicyEngine>;
  using Provides = platform::assembly::Services<Decisions>;
  using Config = DecisionsConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config) {
    return std::make_unique<PolicyDecisions>(needs.get<policy::PolicyEngine>(), config);
  }
};

}  // namespace kontor::runtime::decisions
