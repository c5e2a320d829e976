#pragma once

#include "base/entity/decision.hpp"
#include "domain/tenant/types.hpp"

namespace kontor::domain::tenant {

using Decision = entity::Decision<ParticipantProfile, Effect>;

/// The next step of a participant profile. Answers are told apart by the manifest they belong to; those of
/// other orchestrations, late ones and repeated ones change nothing. Errors: not_found, conflict (the id is
/// in use), illegal_transition (disposing while it is being deployed).
Result<Decision> decide(const ParticipantProfile* current, const Event& event, Instant now);

/// What an answer of the provision manager is to the profile. Errors: invalid_input (neither deploying nor
/// disposing).
Result<Event> event_of(const api::OrchestrationResponse& response);

/// The orders. Disposing repeats what deploying put out at the top of its payload, where agents look for it.
OrchestrationManifest deploy_manifest(const ParticipantProfile& profile);
OrchestrationManifest dispose_manifest(const ParticipantProfile& profile, const OrchestrationId& id);

/// A profile as the API shows it.
api::ParticipantProfile view_of(const ParticipantProfile& profile, std::uint64_t version);

struct Machine {
  using Entity = ParticipantProfile;
  using Event = tenant::Event;
  using Effect = tenant::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return tenant::decide(current, event, now);
  }
  static std::string encode(const Entity& profile);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& profile);
  static Event due_event(const Entity& profile);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& profile);
};

}  // namespace kontor::domain::tenant
