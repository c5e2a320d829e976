#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/contract_negotiation/types.hpp"

namespace kontor::domain::contract_negotiation {

using Decision = entity::Decision<ContractNegotiation, Effect>;

/// The next step of a negotiation. Pure.
///
/// A message is refused with `not_found` when its sender is not the counter-party, `invalid_input` when its
/// own pid is not named or its content does not fit, `illegal_transition` when the state does not allow it;
/// the entity is then unchanged. A message whose id was seen before changes nothing and is no error, nor is a
/// repeated initial request; one with another agreement in it is another message. A peer's message that
/// answers ours stands for the acknowledgement of ours, which may be late or lost.
Result<Decision> decide(const ContractNegotiation* current, const Event& event, Instant now);

/// What a GET and the answer to a request or offer say.
dsp::NegotiationState protocol_state_of(const ContractNegotiation& negotiation);

/// For platform/engine.
struct Machine {
  using Entity = ContractNegotiation;
  using Event = contract_negotiation::Event;
  using Effect = contract_negotiation::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return contract_negotiation::decide(current, event, now);
  }
  static std::string encode(const Entity& negotiation);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  /// Whether the effect still has to be carried out. A message is not, once a later event took its place:
  /// sent now, it would undo what both parties know. To be asked before each attempt; what is not wanted is
  /// done.
  static bool wanted(const Entity& negotiation, const Effect& effect);
  /// Messages to one counter-party share a bound.
  static std::string effect_group(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& negotiation);
  static Event due_event(const Entity& negotiation);
  /// A refused or undeliverable message ends the negotiation, except for one that the peer may have taken as
  /// the end: a finalization that got no answer is kept for an operator to retry.
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& negotiation) { return negotiation.ended(); }
  /// Who the other party is, and as the case may be the offer, the agreement or the reason.
  static std::string event_body(const Entity& negotiation, std::string_view happened);
};

}  // namespace kontor::domain::contract_negotiation
