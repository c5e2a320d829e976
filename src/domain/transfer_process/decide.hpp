#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/transfer_process/effects.hpp"

namespace kontor::domain::transfer_process {

using Decision = entity::Decision<TransferProcess, Effect>;

/// The next step of a transfer process. Pure.
///
/// A message is refused with `not_found` when its sender is not the counter-party, `invalid_input` when its
/// own pid is not named or its content does not fit, `illegal_transition` when the state does not allow it;
/// the entity is then unchanged. A message whose id was seen before changes nothing and is no error, nor is a
/// repeated request. Late outcomes (of a message or signal that is not what the process waits for) change
/// nothing.
Result<Decision> decide(const TransferProcess* current, const Event& event, Instant now);

/// What a GET and the answer to a request say.
dsp::TransferState protocol_state_of(const TransferProcess& process);

/// How long the token of a counter-party's address is good. The lead is a quarter of its life, at most 30 s.
struct TokenLife {
  Instant renew_from;
  Instant expires_at;
};
/// None: it is good as long as the transfer, as far as we are told, and cannot be renewed.
std::optional<TokenLife> token_life_of(const TransferProcess& process);

/// For platform/engine.
struct Machine {
  using Entity = TransferProcess;
  using Event = transfer_process::Event;
  using Effect = transfer_process::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return transfer_process::decide(current, event, now);
  }
  static std::string encode(const Entity& process);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  /// Whether the effect still has to be carried out. A message is not, once a later event took its place:
  /// sent now, it would undo what both parties know. To be asked before each attempt; what is not wanted is
  /// done.
  static bool wanted(const Entity& process, const Effect& effect);
  /// Messages to one counter-party share a bound, and so do signals to one data plane.
  static std::string effect_group(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& process);
  static Event due_event(const Entity& process);
  /// Ends the process with a reason, except for a completion that got no answer: that is kept for an operator
  /// to retry.
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& process) { return process.ended(); }
  /// What is transferred with whom, and why it stopped. Never the data's address: that holds an access token.
  static std::string event_body(const Entity& process, std::string_view happened);
};

}  // namespace kontor::domain::transfer_process
