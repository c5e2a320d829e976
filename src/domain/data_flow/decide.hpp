#pragma once

#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/data_flow/types.hpp"

namespace kontor::domain::data_flow {

using Decision = entity::Decision<DataFlow, Effect>;

/// The next step of a data flow. A control plane repeats a message until it is acknowledged, with the same id
/// or a new one: what was handled already changes nothing, and so does an order that was the last and has
/// been carried out. Errors: not_found (any other event before prepare and start), invalid_input (an address
/// where none may be, or none where one must be; a profile that says neither push nor pull), conflict (a
/// process id in use on other terms), illegal_transition, unauthenticated (a refresh token that is not in
/// force). [DPS 1.0, data flow state machine]
Result<Decision> decide(const DataFlow* current, const Event& event, Instant now);

/// Whether our side supplies the endpoint: the provider of a pull, the consumer of a push.
bool owns_address(const DataFlow& flow);

/// Whether a request with this token may be served now. A push may come in as soon as it is prepared.
bool accepts_token(const DataFlow& flow, std::string_view token_sha256, Instant now);

/// Whether what was let in while the flow was as `then` may go on: nothing has closed it since, whatever
/// became of the token.
inline bool is_open_since(const DataFlow& flow, const DataFlow& then) {
  return flow.state == then.state && flow.state_since == then.state_since;
}

bool is_final(State state);

struct Machine {
  using Entity = DataFlow;
  using Event = data_flow::Event;
  using Effect = data_flow::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return data_flow::decide(current, event, now);
  }
  static std::string encode(const Entity& flow);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& flow);
  static Event due_event(const Entity& flow);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  static bool ended(const Entity& flow);
};

}  // namespace kontor::domain::data_flow
