#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/time/time.hpp"

/// How far the provider's side of a push is: which parts of its source the counter-party has acknowledged,
/// and who sends the rest.
namespace kontor::domain::push {

enum class State : std::uint8_t {
  sending,
  resting,  ///< its flow does not let anything move, or there is nothing more to send
  failed,   ///< until its flow is ordered on
};

/// Each time that the push is taken up anew, by whichever process. What an earlier round reports is refused.
using Round = std::uint64_t;

struct SentPart {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< of what was sent, lower-case hexadecimal

  bool operator==(const SentPart&) const = default;
};

struct Push {
  EntityId flow;
  State state = State::resting;
  std::string order;  ///< the effect of the flow by which it was ordered on last
  Round round = 0;
  Duration patience{};                 ///< with a sender that says nothing
  std::optional<Instant> quiet_until;  ///< while it sends: when its sender is taken for dead
  std::optional<std::string> through;  ///< the parts up to this name are acknowledged
  std::vector<SentPart> beyond;        ///< and these
  std::vector<SentPart> newest;        ///< of all, oldest first
  std::uint64_t parts = 0;
  std::uint64_t bytes = 0;
  std::string last_error;

  bool operator==(const Push&) const = default;
};

/// Its flow lets data move: begin, or go on.
struct Ordered {
  EntityId flow;
  std::string order;
  Duration patience;
};
/// A part is at the counter-party. `through`: what the sender knows of all parts before.
struct Acknowledged {
  Round round = 0;
  SentPart part;
  std::optional<std::string> through;
};
/// The sender goes on.
struct Alive {
  Round round = 0;
};
/// Nothing is to be sent now.
struct Rested {
  Round round = 0;
};
struct Broken {
  Round round = 0;
  std::string reason;
};
/// Nobody has said anything for long.
struct Quiet {};
using Event = std::variant<Ordered, Acknowledged, Alive, Rested, Broken, Quiet>;

struct Send {
  EntityId flow;
  Round round = 0;

  bool operator==(const Send&) const = default;
};
using Effect = std::variant<Send>;

}  // namespace kontor::domain::push
