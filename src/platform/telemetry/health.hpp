#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/json/fwd.hpp"

namespace kontor::platform::telemetry {

/// What an orchestrator asks at `/check/…`. `health` shows every check.
enum class Probe : std::uint8_t {
  health,
  liveness,   ///< false: restart the process
  readiness,  ///< false: send it no requests
  startup,    ///< false: it is not up yet
};

/// One component's word about itself. The component says when something changes; nobody asks it. Destroyed:
/// its check is gone.
class Check {
 public:
  Check(Check&&) noexcept;
  Check& operator=(Check&&) noexcept;
  ~Check();

  void pass();
  /// `reason` says what is wrong and, where known, what to do. It is shown to whoever may ask: no secrets.
  void fail(std::string_view reason);

 private:
  friend class Health;
  struct Entry;
  explicit Check(std::shared_ptr<Entry> entry);
  std::shared_ptr<Entry> entry_;
};

/// The checks of a process. Threads: any.
class Health {
 public:
  Health();
  ~Health();
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  /// Needed to serve: fails (`not started`) until the component passes. Counts for readiness and, until it
  /// has passed once, for startup.
  Check needed_to_serve(std::string_view component);
  /// Needed to live: passes until the component fails. Counts for liveness and readiness.
  Check needed_to_live(std::string_view component);

  struct Answer {
    bool healthy;
    std::string body;  ///< JSON: componentResults and isSystemHealthy
  };
  Answer answer(Probe probe) const;
  bool ready() const;
  /// Told of each check that changes: component, and the reason or empty.
  void on_change(std::function<void(std::string_view component, std::string_view reason)> listener);

 private:
  friend class Check;
  Check add(std::string_view component, bool to_live);

  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::telemetry
