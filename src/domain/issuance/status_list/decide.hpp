#pragma once

#include "base/entity/decision.hpp"
#include "domain/issuance/status_list/types.hpp"
#include "protocol/vc/status_list.hpp"

namespace kontor::domain::issuance::status_list {

using Decision = entity::Decision<List, Effect>;

/// The next step of a status list. A change is signed at once when the list was quiet, else at the end of the
/// interval with all others. Errors: not_found (an event before Create, an index beyond the end), conflict
/// (another list under this id).
Result<Decision> decide(const List* current, const Event& event, Instant now);

/// The entry that a credential gets for its place.
protocol::vc::StatusEntry entry_for(const List& list, std::uint64_t index);

/// The list as a credential, to be signed: valid from a few seconds before `now`, for `validity`; readers
/// need not ask again before `ttl` is over.
protocol::vc::StatusList content(const List& list, Instant now, Duration ttl);

struct Machine {
  using Entity = List;
  using Event = status_list::Event;
  using Effect = status_list::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return status_list::decide(current, event, now);
  }
  static std::string encode(const Entity& list);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& list);
  static Event due_event(const Entity& list);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& list);
};

}  // namespace kontor::domain::issuance::status_list
