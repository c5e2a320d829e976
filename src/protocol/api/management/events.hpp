#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id/id.hpp"
#include "base/time/time.hpp"

/// Events as the Management API tells them: names, envelope and payload are those of EDC's event system, so
/// that its consumers understand them. The subject of an event on a bus is `events.` and its name.
namespace kontor::protocol::api::management {

/// Something that happened to an entity, as it is kept.
struct Happened {
  std::string id;  ///< of the event, not of what it is about
  ContextId context;
  Instant at;
  std::string name;  ///< `contract.negotiation.finalized`
  EntityId entity;
  std::string body = "{}";  ///< what the event tells beside the ids: a JSON object, as it is stored
};

/// `ContractNegotiationFinalized`; none where the event is our own affair and is not told.
std::optional<std::string> event_type(std::string_view name);

/// All names that are told.
std::vector<std::string> event_names();

/// Whether it is the beginning of an event's name, also of one that the reference once told. Empty: of all.
bool begins_event(std::string_view text);

/// As JSON, `{"id", "at", "type", "payload"}`. `at` is in milliseconds since 1970; the payload holds the ids
/// of entity and context, and the event's body. None where the event is not told.
std::optional<std::string> event_envelope(const Happened& event);

/// The same as a structured CloudEvent 1.0, as it stands on a bus: `data` is the payload, `type` the full
/// name of the reference's class, by which its consumers choose; of events that it does not have, `kontor.`
/// and the short one. `source` names the participant context. None where the event is not told.
std::optional<std::string> cloud_event(const Happened& event);

}  // namespace kontor::protocol::api::management
