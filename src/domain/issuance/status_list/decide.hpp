#pragma once

#include "base/entity/decision.hpp"
#include "base/text/bytes.hpp"
#include "domain/issuance/status_list/types.hpp"
#include "protocol/vc/status_list.hpp"

namespace kontor::domain::issuance::status_list {

using Decision = entity::Decision<List, Effect>;

/// The next step of a status list. A change is signed at once when the list was quiet, else at the end of the
/// interval with all others. A bit stands in one place for ever: places are given out once. Errors: not_found
/// (an event before Create, an index beyond the end), conflict (another list under this id, a place that is
/// taken), illegal_transition (a place from a closed list, marking a place that was not given out).
Result<Decision> decide(const List* current, const Event& event, Instant now);

/// A place that is free, each with the same probability, from eight random bytes (more are ignored). Random
/// places tell nobody how many credentials were issued, or in which order. Errors: conflict when none is
/// free.
Result<std::uint64_t> choose_index(const List& list, BytesView randomness);

/// How many places are free.
std::uint64_t free_places(const List& list);

/// The entry that a credential gets for its place.
protocol::vc::StatusEntry entry_for(const List& list, std::uint64_t index);

/// The list as a credential, to be signed: valid from a few seconds before `now`, for `validity`.
protocol::vc::StatusList content(const List& list, Instant now);

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
