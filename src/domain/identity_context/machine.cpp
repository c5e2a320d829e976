#include <array>

#include "base/json/stored.hpp"
#include "domain/identity_context/codec.hpp"
#include "domain/identity_context/decide.hpp"

namespace kontor::domain::identity_context {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr std::array fields{entity::Field{"did", "did"}, entity::Field{"state", "state"},
                                     entity::Field{"participantContextId", "id"}};
  static constexpr entity::Kind kind{.name = "identity-context", .fields = fields, .audited = true};
  return kind;
}

std::string Machine::encode(const Entity& context) {
  return json::encode(context);
}
Result<IdentityContext> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<IdentityContext>(stored);
}
std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}

std::string_view Machine::effect_name(const Effect&) {
  return "erase";
}

std::optional<Instant> Machine::due_at(const Entity& context) {
  return context.due;
}

Event Machine::due_event(const Entity&) {
  return Due{};
}

/// What could not be removed needs an operator.
std::optional<Event> Machine::failed(const Effect&, const Error&) {
  return std::nullopt;
}

/// It is removed by its last decision.
bool Machine::ended(const Entity&) {
  return false;
}

}  // namespace kontor::domain::identity_context
