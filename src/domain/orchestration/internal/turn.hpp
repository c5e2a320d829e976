#pragma once

#include <string>
#include <string_view>

#include "domain/orchestration/decide.hpp"

namespace kontor::domain::orchestration::internal {

/// One decision in the making: what can be done to an orchestration, each step keeping effects and names of
/// what happened. `settle` comes last and starts, ends or undoes whatever has become possible.
class Turn {
 public:
  Turn(const Orchestration& orchestration, Instant now) : now_(now) { decision_.next = orchestration; }

  ActivityRun* find(const ActivityId& activity);
  void happened(std::string_view name) { decision_.happened.emplace_back(name); }

  void complete(ActivityRun& run);
  void merge(const ActivityCompleted& event);
  /// Who waits looks again at once: something has become known that it may wait for.
  void wake();
  void fail(ActivityRun& run, const ActivityFailed& event);
  void wait(ActivityRun& run, const ActivityWaiting& event);
  void skip(ActivityRun& run, const std::string& reason);
  /// Failed and cancelled activities start afresh, and the orchestration runs again.
  void restart_failed();
  /// The same, if nothing is failed any more and nothing was undone.
  void heal();
  void cancel(const std::string& reason);
  void order_compensation() { next().compensation->automatic = true; }
  void act_on_deadlines();
  void settle();

  Decision decision() && { return std::move(decision_); }

 private:
  Orchestration& next() { return decision_.next; }
  void give_to_agent(ActivityRun& run, bool afresh);
  void fail_for_good(ActivityRun& run, const std::string& reason);
  void act_on_deadline(ActivityRun& run);
  void start_what_is_ready();
  void finish_if_done();
  void compensate_if_drained();
  void move_to(State state);
  void notify(bool success);

  Decision decision_;
  Instant now_;
};

std::string_view name_of(State state);

}  // namespace kontor::domain::orchestration::internal
