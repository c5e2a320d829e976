#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/entity/kind.hpp"
#include "base/id/id.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"

namespace kontor::entity {

/// What a rule decided: the entity as it is next, and what has to be done about it once that is durable.
template <class Entity, class Effect>
struct Decision {
  Entity next;
  std::vector<Effect> effects = {};
  /// Names of what happened, for events and audit: `contract.negotiation.agreed`. Empty: nobody is told;
  /// what has changed is written all the same.
  std::vector<std::string> happened = {};
  bool removed = false;  ///< the entity is to be deleted
};

/// How domain/ hands a state machine to platform/engine. A machine is a struct of static members, without
/// state:
///
///     struct Machine {
///       using Entity = …;                // plain value
///       using Event = std::variant<…>;   // everything that can happen to it: commands, messages, outcomes
///       using Effect = std::variant<…>;  // everything that must be done outside
///       using Decision = entity::Decision<Entity, Effect>;
///       static const entity::Kind& kind();
///       /// `current` is null before the entity exists. Pure.
///       static Result<Decision> decide(const Entity* current, const Event&, Instant now);
///       /// JSON. What is decoded equals what was encoded: who decided goes on with what it decided.
///       static std::string encode(const Entity&);
///       static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
///       static std::string encode_effect(const Effect&);
///       static Result<Effect> decode_effect(std::string_view stored);
///       static std::string_view effect_name(const Effect&);  // for logs and metrics
///       /// When time alone changes the entity: at that moment the engine applies `due_event`, which settles
///       all that
///       /// is due by then. One event is for whatever comes first: the state knows which it is.
///       static std::optional<Instant> due_at(const Entity&);
///       static Event due_event(const Entity&);
///       /// The event that an effect's final failure is to the machine; none: the entity is quarantined.
///       static std::optional<Event> failed(const Effect&, const Error&);
///       static bool ended(const Entity&);  // nothing can happen any more
///       /// Optional: what an event tells beside its entity's id, as JSON; it holds no secret.
///       static std::string event_body(const Entity& next, std::string_view happened);
///     };
template <class M>
concept Machine =
    std::equality_comparable<typename M::Entity> &&
    requires(const typename M::Entity& e, const typename M::Event& event, const typename M::Effect& f,
             Instant now, std::string_view stored, const Error& error) {
      { M::kind() } -> std::same_as<const Kind&>;
      { M::decide(&e, event, now) } -> std::same_as<Result<Decision<typename M::Entity, typename M::Effect>>>;
      { M::encode(e) } -> std::same_as<std::string>;
      { M::decode(stored, 1u) } -> std::same_as<Result<typename M::Entity>>;
      { M::encode_effect(f) } -> std::same_as<std::string>;
      { M::decode_effect(stored) } -> std::same_as<Result<typename M::Effect>>;
      { M::effect_name(f) } -> std::same_as<std::string_view>;
      { M::due_at(e) } -> std::same_as<std::optional<Instant>>;
      { M::due_event(e) } -> std::same_as<typename M::Event>;
      { M::failed(f, error) } -> std::same_as<std::optional<typename M::Event>>;
      { M::ended(e) } -> std::same_as<bool>;
    };

/// An entity without a life of its own (an asset, a policy definition): stored, found and deleted as it is.
///
///     struct Document { using Entity = …; static const entity::Kind& kind(); encode; decode; };
template <class D>
concept Document = requires(const typename D::Entity& e, std::string_view stored) {
  { D::kind() } -> std::same_as<const Kind&>;
  { D::encode(e) } -> std::same_as<std::string>;
  { D::decode(stored, 1u) } -> std::same_as<Result<typename D::Entity>>;
};

}  // namespace kontor::entity
