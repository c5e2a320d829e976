#pragma once

#include <span>
#include <vector>

#include "base/entity/decision.hpp"
#include "domain/credential/types.hpp"
#include "protocol/dcp/scope.hpp"

namespace kontor::domain::credential {

using Decision = entity::Decision<StoredCredential, Effect>;

/// The next step of a stored credential. Revoked and expired are final (but for Replace); a suspended one may
/// come back. What is delivered twice is stored once. Errors: not_found (an event before Store), conflict
/// (another credential under this id), invalid_input.
Result<Decision> decide(const StoredCredential* current, const Event& event, Instant now);

/// What the credential is at `now`, in this order: revoked, expired, suspended, not yet valid, issued.
State state_at(const StoredCredential& credential, Instant now);

/// The wait before a renewal is tried another time.
Duration renewal_delay(const StoredCredential& credential, Instant now);

/// What may be seen, and what was asked for.
struct PresentationScopes {
  std::vector<protocol::dcp::Scope> granted;    ///< of the access token
  std::vector<protocol::dcp::Scope> requested;  ///< of the query; empty: everything that is granted
};

/// The credentials that answer a presentation query: issued at `now`, granted, and requested. Of several with
/// the same issuer, types and format the newest (by `valid_from`, then by id), but one that was asked for by
/// its id is always among them. Asking for more than is granted is no error. In the order of their ids; of
/// `held`.
std::vector<const StoredCredential*> answer(std::span<const StoredCredential> held,
                                            const PresentationScopes& scopes, Instant now);

struct Machine {
  using Entity = StoredCredential;
  using Event = credential::Event;
  using Effect = credential::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return credential::decide(current, event, now);
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
  static std::string event_body(const Entity& credential, std::string_view happened);
};

}  // namespace kontor::domain::credential
