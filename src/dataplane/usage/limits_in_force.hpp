#pragma once

#include <cstdint>
#include <memory>

#include "base/entity/decision.hpp"
#include "base/json/codec.hpp"
#include "base/json/stored.hpp"
#include "base/lru/lru.hpp"
#include "domain/flow_usage/limits.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::dataplane::usage {

using domain::flow_usage::ContextLimits;

/// What a participant context's limits are, where they are not everybody's.
struct LimitsDocument {
  using Entity = ContextLimits;
  static const entity::Kind& kind();
  static std::string encode(const Entity& limits) { return json::encode(limits); }
  static Result<Entity> decode(std::string_view stored, std::uint32_t) {
    return json::decode_stored<Entity>(stored);
  }
};

/// The limits of each context, read once and again when they change. What the store does not announce
/// (commits of other processes on SQLite) is seen within seconds. Used on the io thread.
class LimitsInForce {
 public:
  LimitsInForce(platform::engine::Engine& engine, ContextLimits of_everybody);

  Task<Result<ContextLimits>> of(ContextId context);
  /// What the context has of its own. Errors: not_found where it has nothing.
  Task<Result<ContextLimits>> own(ContextId context);
  /// Replaces what the context has of its own.
  Task<Result<void>> set(platform::engine::Command command, ContextLimits own);
  /// Nothing of its own any more. Errors: not_found where it had nothing.
  Task<Result<void>> reset(platform::engine::Command command);

 private:
  struct Kept {
    ContextLimits limits;
    Instant read_at;
  };
  struct Cache {
    Lru<ContextId, Kept> limits;
    std::uint64_t changes = 0;
  };
  platform::engine::Engine& engine_;
  ContextLimits of_everybody_;
  std::shared_ptr<Cache> cache_;
};

}  // namespace kontor::dataplane::usage
