#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "domain/orchestration/decide.hpp"
#include "fabric/agent_kit/activity.hpp"
#include "platform/async/scope.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::fabric::agent_kit {

struct RunnerLimits {
  std::size_t running_max = 64;      ///< activities that run at the same time; the others wait
  std::size_t waiting_max = 10'000;  ///< beyond it orders are refused, and come again
};

/// Runs activities in this process: each attempt is a task with the activity's deadline, and what comes of it
/// is an event of the orchestration. Nothing is kept here that is not in the store: `resume` takes up again
/// what an earlier process had begun. Used on the io thread only.
class ActivityRunner {
 public:
  ActivityRunner(platform::async::Scope& scope, platform::engine::Engine& engine, RunnerLimits limits = {});
  ~ActivityRunner();

  /// Who does activities of this type; one for each type, before the first order.
  void add(std::string type, ActivityHandler handler);

  /// Takes an order over; the same one a second time changes nothing. Errors: not_found (no agent of this
  /// process does this type), unavailable (too many are waiting).
  Result<void> take(const domain::orchestration::RunActivity& order, std::string trace);

  /// Runs again what is running according to the store.
  Task<Result<void>> resume();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::fabric::agent_kit
