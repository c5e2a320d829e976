#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/random/random.hpp"
#include "platform/engine/engine.hpp"
#include "platform/telemetry/log.hpp"
#include "protocol/dcp/scope.hpp"
#include "runtime/policy/policy_evaluator.hpp"
#include "runtime/policy/refusal.hpp"

namespace kontor::runtime::policy {

/// What policies can ask, as it is now. Expressions are read and compiled when one has changed, in this
/// process or in another of the same store, and kept until the next change; so are the groups of each
/// participant, bounded. Used on the io thread.
class PolicyEngine {
 public:
  /// Knows what is built in, and no expressions; logs nothing.
  PolicyEngine(PolicyConfig config, Random& random);
  PolicyEngine(PolicyConfig config, platform::engine::Engine& engine, platform::telemetry::Log log);
  ~PolicyEngine();

  /// For the questions of one request to a participant: they are answered alike, whatever changes meanwhile.
  /// Errors: storage_failed.
  Task<Result<std::shared_ptr<const PolicyEvaluator>>> evaluator(ContextId context);

  /// What is asked of a counter-party at one hop.
  struct Question {
    ContextId context;
    Hop hop;
    odrl::Policy policy;
    odrl::Subject subject;
  };
  /// Nothing when the policy is fulfilled. A refusal is logged under its incident id. Errors: storage_failed.
  Task<Result<std::optional<Refusal>>> ask(Question question);

  /// The credentials that a counter-party is asked for.
  const std::vector<protocol::dcp::Scope>& presentation_scopes() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::policy
