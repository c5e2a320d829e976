#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/entity/decision.hpp"
#include "domain/credential_request/types.hpp"

namespace kontor::domain::credential_request {

using Decision = entity::Decision<CredentialRequest, Effect>;

/// The next step of a credential request. Making it and sending it is one decision. A delivery is understood
/// in every state but after a rejection, also before the issuer's acknowledgement and when sending had been
/// given up, since an answer may get lost. A second delivery adds what is new; everything else that comes
/// twice changes nothing. The end of a renewal is told to what it renews. Errors: not_found (an event before
/// RequestMade), conflict (holderPid in use), invalid_input, forbidden (somebody else than the asked issuer),
/// illegal_transition (a delivery after a rejection, a rejection after a delivery).
Result<Decision> decide(const CredentialRequest* current, const Event& event, Instant now);

/// The wait before the n-th status query (from 0): one minute, doubled each time, six hours at most.
Duration status_query_delay(std::uint32_t queries_before);

/// A credential as it came in a delivery, parsed.
struct DeliveredCredential {
  std::vector<std::string> types;
  Format format = Format::vc1_0_jwt;
};

/// For each delivered credential the requested object that it answers: one of its types is the requested
/// type, and the formats are equal. Errors: forbidden (a credential that was not asked for), invalid_input
/// (nothing delivered).
Result<std::vector<CredentialObjectId>> match_delivery(const CredentialRequest& request,
                                                       std::span<const DeliveredCredential> delivered);

struct Machine {
  using Entity = CredentialRequest;
  using Event = credential_request::Event;
  using Effect = credential_request::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return credential_request::decide(current, event, now);
  }
  static std::string encode(const Entity& request);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& request);
  static Event due_event(const Entity& request);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& request);
};

}  // namespace kontor::domain::credential_request
