#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "base/time/time.hpp"

/// Telling a participant, at an address of its choice, what happens to a process of its own: plain values.
///   [Management API, CallbackAddress]
namespace kontor::domain::callback {

/// Where a participant wants to be told about events of one process.
struct CallbackAddress {
  std::string uri;
  std::vector<std::string> events;          ///< beginnings of names: `contract.negotiation.finalized`
  bool transactional = false;               ///< kept and shown; makes no difference
  std::optional<std::string> auth_key;      ///< a header that is sent along
  std::optional<std::string> auth_code_id;  ///< the participant's secret that is the header's value

  bool operator==(const CallbackAddress&) const = default;
};
Result<void> read(const json::Node& node, CallbackAddress& out);
json::Value write(const CallbackAddress& address);

/// Stays the same over all attempts: who is called drops duplicates by it.
using NoticeId = Id<struct NoticeIdTag>;

/// What happened to a process, as it was then.
struct Notice {
  std::string name;  ///< `contract.negotiation.finalized`
  EntityId process;
  Instant at;
  std::string body;  ///< JSON: `event_body` of the process's machine

  bool operator==(const Notice&) const = default;
};

/// An effect of a process: the notice goes to the delivery of one of its addresses. It is done within this
/// installation, so it holds up no message of the process, whatever becomes of the delivery.
struct Tell {
  EntityId delivery;
  std::string uri;
  std::optional<std::string> auth_key;
  std::optional<std::string> auth_code_id;
  Notice notice;

  bool operator==(const Tell&) const = default;
};
Result<void> read(const json::Node& node, Tell& out);
/// The members of `Tell` into an object that may have others.
void write_members(json::ObjectWriter& out, const Tell& tell);

/// A process and what has just happened to it.
struct Happened {
  EntityId process;
  const std::vector<std::string>& names;
  Instant at;
  std::function<std::string(std::string_view name)> body_of;
};

/// A notice for each address and each event that it asked for, in the order of the events. `addresses` are
/// those of the process, as they always stood in it: the place of each names its delivery.
std::vector<Tell> tells(const std::vector<CallbackAddress>& addresses, const Happened& happened);

inline constexpr std::size_t waiting_max = 100;
inline constexpr std::size_t seen_max = 64;

/// A notice that the address will not hear of any more.
struct Loss {
  std::string event;
  std::string reason;

  bool operator==(const Loss&) const = default;
};

/// What one address of one process has to be told: one notice after the other, in their order. The notices
/// themselves stand in the effects.
struct Delivery {
  EntityId id;
  EntityId process;
  std::string address;            ///< without its query, which may be somebody's secret
  std::vector<NoticeId> waiting;  ///< oldest first; at most `waiting_max`
  std::vector<NoticeId> seen;     ///< the last that were told or lost, oldest first; at most `seen_max`
  std::uint64_t told = 0;
  std::uint64_t lost = 0;
  std::optional<Loss> last_loss;

  bool operator==(const Delivery&) const = default;
};

// ---- Events

/// There is something to tell.
struct NoticeCame {
  NoticeId id;
  Tell tell;
};
/// The address has taken it.
struct Told {
  NoticeId id;
};
/// Refused for good, or all attempts used up.
struct NotTold {
  NoticeId id;
  std::string event;
  std::string reason;
};

using Event = std::variant<NoticeCame, Told, NotTold>;

// ---- Effects

/// POST the notice to its address. → Told or NotTold
struct Call {
  NoticeId id;
  Tell tell;
};
using Effect = Call;

}  // namespace kontor::domain::callback
