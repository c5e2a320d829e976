#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "base/result/error_code.hpp"
#include "base/time/time.hpp"
#include "protocol/dsp/types.hpp"
#include "protocol/odrl/policy.hpp"

/// How a participant comes to the data of a dataset: agreement and transfer are found, or made, one after the
/// other. There is one flight at a time for a counter-party, dataset and transfer type. Plain values.
namespace kontor::domain::obtaining {

namespace dsp = protocol::dsp;
namespace odrl = protocol::odrl;
using dsp::Pid;

enum class State : std::uint8_t {
  searching,     ///< for an agreement in force, else for an offer
  negotiating,   ///< one negotiation about the chosen offer
  transferring,  ///< one transfer under the agreement
  obtained,      ///< a transfer has started; what became of it since, the transfer knows
  failed,        ///< the flight has ended at a hop; the next call begins another
};
inline constexpr json::EnumNames<State, 5> state_names{{{State::searching, "SEARCHING"},
                                                        {State::negotiating, "NEGOTIATING"},
                                                        {State::transferring, "TRANSFERRING"},
                                                        {State::obtained, "OBTAINED"},
                                                        {State::failed, "FAILED"}}};

/// Where a flight can end.
enum class Hop : std::uint8_t { catalog, offer, negotiation, transfer };
inline constexpr json::EnumNames<Hop, 4> hop_names{{{Hop::catalog, "CATALOG"},
                                                    {Hop::offer, "OFFER"},
                                                    {Hop::negotiation, "NEGOTIATION"},
                                                    {Hop::transfer, "TRANSFER"}}};

inline constexpr std::size_t accepted_max = 20;  ///< policies that a caller may name

struct Wanted {
  Did counter_party;
  std::string address;  ///< its DSP base
  std::string profile;
  dsp::DatasetId dataset;
  std::string transfer_type;
  /// Terms that the caller is ready to accept, the best first; empty: whatever `choose_offer` takes.
  std::vector<odrl::Policy> accepted;

  bool operator==(const Wanted&) const = default;
};

/// Why a flight has ended without data.
struct Failure {
  Hop hop = Hop::catalog;
  ErrorCode code = ErrorCode::internal;
  std::string reason;  ///< in our words
  std::string said;    ///< what the counter-party said, as it said it; empty: nothing

  bool operator==(const Failure&) const = default;
};

struct Obtaining {
  EntityId id;
  Wanted wanted;
  State state = State::searching;
  std::uint64_t flight = 0;  ///< how often it was begun
  EntityId agreement;        ///< our document; empty until there is one
  Pid negotiation;           ///< that led to the agreement, or that is to lead to one
  Pid transfer;
  std::optional<Failure> failure;
  Instant begun_at;
  Instant state_at;

  bool at_rest() const { return state == State::obtained || state == State::failed; }
  bool operator==(const Obtaining&) const = default;
};

// ---- Events

/// Begins a flight, or joins the one there is. Whoever has seen a flight at rest and wants another says which
/// one that was: of many who do, the first begins it.
struct Obtain {
  EntityId id;
  Wanted wanted;
  std::uint64_t seen = 0;  ///< the flight that came to rest; 0: none
  Pid transfer;            ///< new ids, for what the flight may open
  Pid negotiation;
};
/// There is an agreement in force, and perhaps a transfer under it that runs.
struct AgreementFound {
  EntityId agreement;
  Pid negotiation;
  std::optional<Pid> transfer = {};
};
struct OfferChosen {
  odrl::Policy offer;
};
/// Of the negotiation with that id.
struct NegotiationEnded {
  Pid negotiation;
  EntityId agreement = {};  ///< empty: there is none, and `failure` says why
  Failure failure = {};
};
/// Of the transfer with that id: it has started, or ended before it did.
struct TransferSettled {
  Pid transfer;
  std::optional<Failure> failure = {};
};
/// The flight cannot go on.
struct HopFailed {
  Failure failure;
};

using Event = std::variant<Obtain, AgreementFound, OfferChosen, NegotiationEnded, TransferSettled, HopFailed>;

// ---- Effects

/// → AgreementFound, OfferChosen or HopFailed
struct Search {
  Wanted wanted;
};
/// Open the negotiation with this id, unless there is one. → NegotiationEnded, by and by
struct Negotiate {
  Wanted wanted;
  Pid negotiation;
  odrl::Policy offer;
};
/// Open the transfer with this id, unless there is one. → TransferSettled, by and by
struct Transfer {
  Wanted wanted;
  Pid transfer;
  EntityId agreement;
};

using Effect = std::variant<Search, Negotiate, Transfer>;

}  // namespace kontor::domain::obtaining
