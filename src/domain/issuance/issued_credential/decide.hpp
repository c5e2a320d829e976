#pragma once

#include "base/entity/decision.hpp"
#include "base/json/codec.hpp"
#include "domain/issuance/issued_credential/types.hpp"

namespace kontor::domain::issuance::issued_credential {

using Decision = entity::Decision<IssuedCredential, Effect>;

/// The next step of an issued credential. Revoking is final; every command twice is the same as once.
/// Errors: not_found (an event before Record), conflict (another credential under this id),
/// illegal_transition (suspending or resuming what is revoked; a change for which the credential stands in no
/// list: it was issued without that purpose).
Result<Decision> decide(const IssuedCredential* current, const Event& event, Instant now);

struct Machine {
  using Entity = IssuedCredential;
  using Event = issued_credential::Event;
  using Effect = issued_credential::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return issued_credential::decide(current, event, now);
  }
  static std::string encode(const Entity& credential);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& credential);
  static Event due_event(const Entity& credential);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& credential);
};

}  // namespace kontor::domain::issuance::issued_credential
