#include "base/json/stored.hpp"
#include "domain/did_control/codec.hpp"
#include "domain/did_control/decide.hpp"

namespace kontor::domain::did_control {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr entity::Kind kind{.name = "did-control", .audited = true};
  return kind;
}

std::string Machine::encode(const Entity& control) {
  return json::encode(control);
}

Result<Control> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Control>(stored);
}

std::string Machine::encode_effect(const Effect&) {
  return "null";
}

Result<Effect> Machine::decode_effect(std::string_view) {
  return fail(ErrorCode::malformed, "a proof of control has no effects");
}

std::string_view Machine::effect_name(const Effect&) {
  return "none";
}

std::optional<Instant> Machine::due_at(const Entity&) {
  return std::nullopt;
}

Event Machine::due_event(const Entity&) {
  invariant(false, "a proof of control is never due");
  return Try{};
}

std::optional<Event> Machine::failed(const Effect&, const Error&) {
  return std::nullopt;
}

/// What was proven is kept as long as the context.
bool Machine::ended(const Entity&) {
  return false;
}

std::string Machine::event_body(const Entity& control, std::string_view happened) {
  json::ObjectWriter out;
  out.field("did", control.did);
  if (happened.ends_with("refused")) out.field("reason", control.last_refusal);
  if (control.proof) out.field("keyId", control.proof->key_id);
  return json::serialize(out.done());
}

}  // namespace kontor::domain::did_control
