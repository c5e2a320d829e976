#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/entity/kind.hpp"
#include "base/random/random.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::engine {

struct EngineConfig {
  Duration retry_delay_min = std::chrono::milliseconds(100);
  Duration retry_delay_max = std::chrono::minutes(5);
  std::uint32_t attempts_max = 12;
  Duration effect_timeout = std::chrono::seconds(30);  ///< for one attempt
  std::size_t effects_running_max = 256;
  std::size_t effects_running_per_group_max = 16;      ///< per counter-party, so that a slow one delays nobody else
  Duration sweep_interval = std::chrono::minutes(10);  ///< safety net for lost wake-ups and for retention; drives nothing
};

/// Who wants what of which entity, and under which trace.
struct Command {
  ContextId context;
  EntityId id;
  std::string actor = "system";                 ///< for audit
  std::string trace = {};                       ///< W3C traceparent of what caused it
  std::vector<store::SingleUse> single_use = {};  ///< tokens that this command consumes
  std::vector<store::Put> also = {};            ///< documents written by the same transaction
};

/// What an effect handler is told beside the effect.
struct EffectCall {
  ContextId context;
  EntityId entity;
  store::EffectId id;      ///< stable over all attempts
  std::uint32_t attempt;   ///< 1 for the first
  async::Deadline deadline;
  std::string trace;
};

/// A machine with its types erased, so that the loop is compiled once. Strings are the stored forms.
struct ErasedDecision {
  std::string entity;
  std::optional<Instant> due_at;
  struct Effect {
    std::string name;
    std::string body;
    std::string group;
  };
  std::vector<Effect> effects;
  std::vector<std::string> happened;
  bool changed = false;
  bool removed = false;
};

using ErasedEvent = std::shared_ptr<const void>;
using ErasedEntity = std::shared_ptr<const void>;

struct ErasedMachine {
  const entity::Kind* kind = nullptr;
  std::function<Result<ErasedDecision>(const store::Record*, const ErasedEvent&, Instant, ErasedEntity& decided)> decide;
  /// Runs one effect; the outcome is an event or null.
  std::function<Task<Result<ErasedEvent>>(std::string body, EffectCall call)> run;
  std::function<ErasedEvent(const std::string& effect_body, const Error&)> failed;
  std::function<Result<ErasedEvent>(const store::Record&)> due_event;
};

}  // namespace kontor::platform::engine
