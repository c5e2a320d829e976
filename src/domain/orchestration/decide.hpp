#pragma once

#include "base/entity/decision.hpp"
#include "domain/orchestration/types.hpp"

namespace kontor::domain::orchestration {

using Decision = entity::Decision<Orchestration, Effect>;

/// An attempt without a limit of its own may take this long, waiting included.
inline constexpr std::chrono::minutes activity_timeout{10};
/// An activity without a limit of its own is tried this often when it fails for reasons that may pass.
inline constexpr std::uint32_t activity_attempts_max = 10;
/// An errored orchestration that nobody cared for counts as cancelled after this long.
inline constexpr std::chrono::hours abandoned_after{24 * 30};

/// The next step of an orchestration. An activity is started by the very decision that completes the last one
/// that it depends on; nothing waits for unrelated activities. Reports of activities that are over change
/// nothing. Errors: not_found (no such orchestration or activity), invalid_input (an order without activities
/// or with a graph that cannot be run), illegal_transition (an operator's command that the state does not
/// allow).
Result<Decision> decide(const Orchestration* current, const Event& event, Instant now);

/// The wait after the n-th failure (from 1): a second, doubled each time, five minutes at most.
Duration retry_delay(std::uint32_t failures);

struct Machine {
  using Entity = Orchestration;
  using Event = orchestration::Event;
  using Effect = orchestration::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return orchestration::decide(current, event, now);
  }
  static std::string encode(const Entity& orchestration);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& orchestration);
  static Event due_event(const Entity& orchestration);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& orchestration);
};

}  // namespace kontor::domain::orchestration
