#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "base/time/time.hpp"
#include "domain/contract_negotiation/types.hpp"

/// The end of an agreement that was in force, by one of its parties: plain values. The protocol has no
/// message for it: who speaks no more than the protocol learns of it by the end of its transfers.
namespace kontor::domain::agreement_ending {

namespace dsp = protocol::dsp;
using contract_negotiation::EndedBy;
using contract_negotiation::Peer;

enum class State : std::uint8_t {
  ending,    ///< its transfers are being ended, and those that were admitted before it was known
  settling,  ///< nobody can have been admitted any more; the last of them are being ended
  ended,
};
inline constexpr json::EnumNames<State, 3> state_names{
    {{State::ending, "ENDING"}, {State::settling, "SETTLING"}, {State::ended, "ENDED"}}};

/// Longer than a request lasts: who was admitted before the end was known has its transfer by then.
inline constexpr std::chrono::minutes late_transfers{2};

/// What is ended, and for whom.
struct Ended {
  EntityId agreement;  ///< our document; the entity has the same id
  dsp::Pids pids;      ///< of the negotiation that led to it; the peer's may be empty
  dsp::Role role = dsp::Role::consumer;
  Peer peer;
  EndedBy by = EndedBy::us;  ///< us or the peer
  std::string reason;

  bool operator==(const Ended&) const = default;
};

struct AgreementEnding {
  Ended what;
  State state = State::ending;
  Instant at;
  bool peer_knows = false;  ///< it told us, or took our message
  std::string not_told;     ///< why the peer could not be told

  bool operator==(const AgreementEnding&) const = default;
};

// ---- Events

struct End {
  Ended what;
};
/// Its transfers were ended, as far as there were any.
struct TransfersEnded {};
struct PeerTold {};
struct PeerNotTold {
  std::string detail;
};
/// Nobody can be on the way with a transfer any more.
struct LateTransfersAreThere {};

using Event = std::variant<End, TransfersEnded, PeerTold, PeerNotTold, LateTransfersAreThere>;

// ---- Effects

/// End every transfer under the agreement. → TransfersEnded
struct EndTransfers {
  EntityId agreement;
  EndedBy by = EndedBy::us;
  std::string reason;
};
/// → PeerTold or PeerNotTold
struct TellPeer {
  Peer peer;
  dsp::MessageId message;
  dsp::Pids pids;
  dsp::Role receiver = dsp::Role::consumer;
  std::string reason;
};

using Effect = std::variant<EndTransfers, TellPeer>;

}  // namespace kontor::domain::agreement_ending
