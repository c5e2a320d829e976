#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "base/json/codec.hpp"
#include "base/json/stored.hpp"
#include "domain/plane_replica/types.hpp"

namespace kontor::domain::plane_replica {

using Decision = entity::Decision<Replica, Effect>;

/// What a replica that says nothing is kept for after its lease.
inline constexpr Duration forgotten_after = std::chrono::minutes(10);

/// The next step of a replica. Pure. Errors: not_found (the end of one that there is not).
Result<Decision> decide(const Replica* current, const Event& event, Instant now);

/// When it is safe to say that the closing holds at all of them: at once where that is past, for who asks.
/// Those that confirmed it are not waited for, others until their lease has lapsed.
Instant closed_by(std::span<const Replica> replicas, std::string_view asker, std::string_view closing);

Result<void> read(const json::Node& node, Replica& out);
json::Value write(const Replica& replica);

/// For platform/engine.
struct Machine {
  using Entity = Replica;
  using Event = plane_replica::Event;
  using Effect = plane_replica::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return plane_replica::decide(current, event, now);
  }
  static std::string encode(const Entity& replica) { return json::encode(replica); }
  static Result<Entity> decode(std::string_view stored, std::uint32_t) {
    return json::decode_stored<Entity>(stored);
  }
  static std::string encode_effect(const Effect&) { return "{}"; }
  static Result<Effect> decode_effect(std::string_view) { return Effect{}; }
  static std::string_view effect_name(const Effect&) { return "nothing"; }
  static std::optional<Instant> due_at(const Entity& replica) { return replica.until + forgotten_after; }
  static Event due_event(const Entity&) { return Left{}; }
  static std::optional<Event> failed(const Effect&, const Error&) { return std::nullopt; }
  static bool ended(const Entity&) { return false; }
};

}  // namespace kontor::domain::plane_replica
