#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/entity/decision.hpp"
#include "domain/credential_offer/types.hpp"

namespace kontor::domain::credential_offer {

using Decision = entity::Decision<CredentialOffer, Effect>;

/// The next step of an offer. What it does not say about its objects is read from the issuer's metadata
/// before anybody decides; objects that the issuer does not know are left as they came and never asked for.
/// An offer is accepted as a whole: without asking when every type that can be asked for is accepted so, by
/// somebody otherwise. Errors: not_found (an event before OfferReceived), invalid_input (nothing is offered),
/// illegal_transition (a decision about what is not known yet, or has been decided otherwise).
Result<Decision> decide(const CredentialOffer* current, const Event& event, Instant now);

/// The objects with what the issuer says of them: the first entry of each format under the object's id. What
/// the offer says itself stays.
std::vector<CredentialObject> completed(const std::vector<CredentialObject>& offered,
                                        const std::vector<CredentialObject>& supported);
/// What can be asked for: the objects of which type and format are known, and the format is one of ours.
std::vector<RequestedCredential> requestable(const std::vector<CredentialObject>& objects);

struct Machine {
  using Entity = CredentialOffer;
  using Event = credential_offer::Event;
  using Effect = credential_offer::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return credential_offer::decide(current, event, now);
  }
  static std::string encode(const Entity& offer);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::string effect_group(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& offer);
  static Event due_event(const Entity& offer);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static std::string event_body(const Entity& offer, std::string_view happened);
  static bool ended(const Entity& offer);
};

}  // namespace kontor::domain::credential_offer
