#pragma once

#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/application/types.hpp"

namespace kontor::domain::application {

using Decision = entity::Decision<Application, Effect>;

/// Bounds of what an applicant may send. Beyond: invalid_input.
struct Limits {
  std::size_t documents_max = 50;
  std::size_t history_max = 1000;
  std::size_t text_bytes_max = 8192;  ///< of a comment, name or reference
  std::size_t properties_max = 200;
};
inline constexpr Limits limits{};

/// The next step of an application. Who may be applicant and who governance is settled by the caller's scope;
/// here one rule: who submitted or resubmitted does not approve or reject. The same action by the same actor
/// with the same comment as the last one is a duplicate and changes nothing. Errors: not_found (an action
/// before Submit), conflict (another application under this id), invalid_input, forbidden (deciding about
/// one's own), illegal_transition.
Result<Decision> decide(const Application* current, const Event& event, Instant now);

/// Whether the application allows to issue a credential of this type to this holder.
bool authorises(const Application& application, const Did& holder, std::string_view credential_type);

/// What an issuer may claim of an approved application: the applicant's `properties`, and over them `id` (the
/// DID), `name`, `credentialType`, `applicationId` and `approvedAt`. Errors: illegal_transition when it is
/// not approved.
Result<json::Object> approved_claims(const Application& application);

struct Machine {
  using Entity = Application;
  using Event = application::Event;
  using Effect = application::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return application::decide(current, event, now);
  }
  static std::string encode(const Entity& application);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& application);
  static Event due_event(const Entity& application);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& application);
};

}  // namespace kontor::domain::application
