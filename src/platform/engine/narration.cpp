#include "platform/engine/internal/state.hpp"

namespace kontor::platform::engine {
namespace {

using std::chrono::milliseconds;

telemetry::Category category_of(const entity::Kind& kind) {
  switch (kind.protocol) {
    case entity::Protocol::none:
      return telemetry::Category::application;
    case entity::Protocol::dsp:
      return telemetry::Category::dsp;
    case entity::Protocol::dcp:
      return telemetry::Category::dcp;
    case entity::Protocol::dps:
      return telemetry::Category::dps;
  }
  return telemetry::Category::application;
}

}  // namespace

/// A line for each event of a commit, with what will be carried out for it.
void EngineCore::State::tell_happened(const ErasedMachine& machine, const Command& command,
                                      const ErasedDecision& decision) const {
  if (!log || !log->enabled(telemetry::Severity::info)) return;
  std::string next;
  std::string_view counter_party;
  for (const auto& effect : decision.effects) {
    next += next.empty() ? "; next: " : ", ";
    next += effect.name;
    if (counter_party.empty()) counter_party = effect.group;
  }
  for (const auto& happened : decision.happened) {
    log->info({.category = category_of(*machine.form.kind),
               .context = command.context.str(),
               .action = happened.name,
               .counter_party = counter_party,
               .process_id = command.id.str(),
               .trace_id = command.trace.trace_id},
              "{} by {}{}", happened.name, command.actor, next);
  }
}

void EngineCore::State::tell_failed(const store::OutboxRow& row, const std::string& counter_party,
                                    const Error& error, std::optional<Duration> again) const {
  if (!log || !log->enabled(telemetry::Severity::info)) return;
  const auto trace = telemetry::trace_of(row.trace);
  const auto& own = machine(row.kind);
  log->info({.category = category_of(*own.form.kind),
             .context = row.context.str(),
             .action = row.name,
             .counter_party = counter_party,
             .process_id = row.entity.str(),
             .trace_id = trace.trace_id},
            "attempt {} of {} failed, {}: {}", row.attempts, config.attempts_max,
            again ? fmt::format("again in {} ms", std::chrono::duration_cast<milliseconds>(*again).count())
                  : "for good",
            error.message());
}

void EngineCore::State::tell_aside(const EntityKey& key, const store::Failure& failure) const {
  if (!log) return;
  const auto tried = failure.effect.empty() ? std::string("what was due")
                                            : fmt::format("{}, attempt {}", failure.effect, failure.attempts);
  log->error({.category = category_of(*machine(key.kind).form.kind),
              .context = key.context.str(),
              .action = failure.effect,
              .process_id = key.id.str()},
             "a {} is set aside until somebody retries it ({}): {}", key.kind, tried, failure.reason);
}

}  // namespace kontor::platform::engine
