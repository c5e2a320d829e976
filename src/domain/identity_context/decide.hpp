#pragma once

#include "base/entity/decision.hpp"
#include "domain/identity_context/types.hpp"

namespace kontor::domain::identity_context {

using Decision = entity::Decision<IdentityContext, Effect>;

/// The next step of a participant context. Errors: not_found (nobody sees it, or no such service), conflict
/// (it exists, or another call creates it; a service that is there already, or too many), unavailable (an
/// earlier one of this name is still being made or removed), invalid_input (too many scopes).
Result<Decision> decide(const IdentityContext* current, const Event& event, Instant now);

/// Whether it exists for anybody but its creation and its deletion.
bool visible(const IdentityContext& context);

struct Machine {
  using Entity = IdentityContext;
  using Event = identity_context::Event;
  using Effect = identity_context::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return identity_context::decide(current, event, now);
  }
  static std::string encode(const Entity& context);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& context);
  static Event due_event(const Entity& context);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& context);
};

}  // namespace kontor::domain::identity_context
