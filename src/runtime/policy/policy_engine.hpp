#pragma once

#include <memory>
#include <vector>

#include "platform/engine/engine.hpp"
#include "protocol/dcp/scope.hpp"
#include "runtime/policy/policy_evaluator.hpp"

namespace kontor::runtime::policy {

/// What policies can ask, as it is now. Expressions are read and compiled when one has changed, in this
/// process or in another of the same store, and kept until the next change. Used on the io thread.
class PolicyEngine {
 public:
  /// Knows what is built in, and no expressions.
  explicit PolicyEngine(PolicyConfig config);
  PolicyEngine(PolicyConfig config, platform::engine::Engine& engine);
  ~PolicyEngine();

  /// For the questions of one request: they are answered alike, whatever changes meanwhile. Errors:
  /// storage_failed.
  Task<Result<std::shared_ptr<const PolicyEvaluator>>> evaluator();

  /// The credentials that a counter-party is asked for.
  const std::vector<protocol::dcp::Scope>& presentation_scopes() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::policy
