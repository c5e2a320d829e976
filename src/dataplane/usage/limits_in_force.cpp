#include "dataplane/usage/limits_in_force.hpp"

namespace kontor::dataplane::usage {

using platform::engine::Command;
using platform::engine::Engine;

namespace {

constexpr std::size_t contexts_max = 10'000;
constexpr Duration age_max = std::chrono::seconds(10);
constexpr int attempts_max = 8;

EntityId the_limits() {
  return EntityId("limits");
}

}  // namespace

const entity::Kind& LimitsDocument::kind() {
  static constexpr entity::Kind kind{.name = "usage-limits", .audited = true};
  return kind;
}

LimitsInForce::LimitsInForce(Engine& engine, ContextLimits of_everybody)
    : engine_(engine),
      of_everybody_(of_everybody),
      cache_(std::make_shared<Cache>(Lru<ContextId, Kept>(contexts_max))) {
  engine.store().on_change([weak = std::weak_ptr(cache_)](const platform::store::Change& change) {
    const auto cache = weak.lock();
    if (!cache || !change.is_of(LimitsDocument::kind())) return;
    if (change.is_unknown()) cache->limits.clear();
    cache->limits.erase(change.context);
    ++cache->changes;
  });
}

Task<Result<ContextLimits>> LimitsInForce::of(ContextId context) {
  const auto now = engine_.clock().now();
  const auto* kept = cache_->limits.find(context);
  if (kept && now < kept->read_at + age_max) co_return kept->limits;
  const auto changes = cache_->changes;
  auto loaded = co_await engine_.load<LimitsDocument>(context, the_limits());
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const auto limits = domain::flow_usage::in_force(loaded ? loaded->entity : ContextLimits{}, of_everybody_);
  if (changes == cache_->changes) cache_->limits.put(context, {limits, now});
  co_return limits;
}

Task<Result<ContextLimits>> LimitsInForce::own(ContextId context) {
  auto loaded = co_await engine_.load<LimitsDocument>(std::move(context), the_limits());
  if (loaded) co_return loaded->entity;
  if (loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  co_return fail(ErrorCode::not_found, "the participant context has no limits of its own");
}

Task<Result<void>> LimitsInForce::set(Command command, ContextLimits own) {
  command.id = the_limits();
  for (int attempt = 1;; ++attempt) {
    auto loaded = co_await engine_.load<LimitsDocument>(command.context, command.id);
    if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
    auto put = co_await engine_.put<LimitsDocument>(command, own, loaded ? loaded->version : 0);
    const bool raced =
        !put && (put.error().code == ErrorCode::version_conflict || put.error().code == ErrorCode::conflict);
    if (!raced || attempt == attempts_max) co_return put;
  }
}

Task<Result<void>> LimitsInForce::reset(Command command) {
  command.id = the_limits();
  auto loaded = co_await engine_.load<LimitsDocument>(command.context, command.id);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return co_await engine_.remove<LimitsDocument>(std::move(command), loaded->version);
}

}  // namespace kontor::dataplane::usage
