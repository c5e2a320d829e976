#pragma once

#include "base/entity/decision.hpp"
#include "domain/issuance/types.hpp"
#include "protocol/dcp/messages.hpp"

namespace kontor::domain::issuance {

using Decision = entity::Decision<IssuanceProcess, Effect>;

/// The next step of an issuance process. Receiving an approved request and delivering is one decision. A
/// delivery that arrived counts even when it had been given up, and is never taken back. A request that comes
/// again brings what it brought before: the same credentials once more when they were delivered or could not
/// be, nothing while they are on their way. Where others are asked what they attest, the request waits for
/// them, for a day at most, and its holder is told how it ends. What is reissued stands until its successor
/// has arrived, and goes on to stand where that does not. Errors: not_found (an event before RequestReceived,
/// a credential that is none of the process's), conflict (another request under this id), invalid_input (no
/// credentials), forbidden (a request that is granted no longer, or that somebody rejected),
/// illegal_transition.
Result<Decision> decide(const IssuanceProcess* current, const Event& event, Instant now);

/// How long after the end of failed attempts others are asked again, and for how long in all.
inline constexpr Duration gather_again_after = std::chrono::minutes(10);
inline constexpr Duration gather_for_max = std::chrono::hours(24);

/// Whether credentials are to be brought to the holder.
bool wants_delivery(const IssuanceProcess& process);

/// Those that the next delivery brings: where some are reissued these alone, else all.
std::vector<PlannedCredential> to_deliver(const IssuanceProcess& process);

/// Whether a holder that answered a delivery with this status may take it another time. Holders that are not
/// ready yet (their request is not stored, they cannot resolve the issuer) say so in many ways, EDC with 400:
/// final is what concerns the message's form alone.
bool worth_another_delivery(unsigned status);

/// What the holder is told when it asks (DCP 1.0, CredentialStatus).
protocol::dcp::CredentialStatus status_of(const IssuanceProcess& process);

struct Machine {
  using Entity = IssuanceProcess;
  using Event = issuance::Event;
  using Effect = issuance::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return issuance::decide(current, event, now);
  }
  static std::string encode(const Entity& process);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::string effect_group(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& process);
  static Event due_event(const Entity& process);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& process);
};

}  // namespace kontor::domain::issuance
