#pragma once

#include <functional>
#include <memory>

#include "platform/async/scope.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::dataplane::replicas {

/// The replicas of a data plane on one store. Each holds a lease, which it keeps a third of it apart, and
/// serves what it has in memory for two thirds of it, so clocks may differ by a third. Who closes a flow has
/// every other replica confirm that it forgot the flow, or waits until its lease has lapsed. On a store that
/// one process has to itself there is nobody to ask, no lease and no wait. Used on the io thread.
class Replicas {
 public:
  Replicas(platform::async::Scope& scope, platform::engine::Engine& engine, Duration lease);
  ~Replicas();

  /// What is kept of a flow is to be forgotten: what is asked of the store from then on is up to date. An
  /// empty flow: of all flows.
  using Forget = std::function<void(const ContextId&, const EntityId& flow)>;
  /// Before `start`.
  void forget_with(Forget forget);

  /// Takes the lease. Errors: those of the store.
  Task<Result<void>> start();
  /// Gives it back: nobody waits for this replica any more, and it serves nobody.
  Task<void> leave();

  /// For a plane that serves only as long as something holds: what is under way ends too, soon after.
  void serve_while(std::function<Result<void>()> may_serve);
  /// Whether flows may be served now, and what is in memory of them. Errors: unavailable (this replica is
  /// cut off from the others), those of `serve_while`.
  Result<void> may_serve() const;
  /// Returns when no replica serves the flow, whose end is committed. Errors: timeout, those of the store.
  Task<Result<void>> closed(ContextId context, EntityId flow, platform::async::Deadline deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::dataplane::replicas
