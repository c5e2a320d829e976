#include <array>

#include "base/json/stored.hpp"
#include "domain/key_pair/codec.hpp"
#include "domain/key_pair/decide.hpp"

namespace kontor::domain::key_pair {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "id", .path = "id"},
      entity::Field{.name = "keyId", .path = "keyId", .indexed = true},
      entity::Field{.name = "groupName", .path = "groupName"},
      entity::Field{.name = "state", .path = "state"},
      entity::Field{.name = "usage", .path = "usage[]"},
      entity::Field{.name = "defaultPair", .path = "defaultPair", .type = entity::FieldType::boolean},
  };
  static constexpr entity::Kind kind{
      .name = "key-pair", .fields = fields, .keep_after_end = std::chrono::hours(24 * 365), .audited = true};
  return kind;
}

std::string Machine::encode(const Entity& key_pair) {
  return json::encode(key_pair);
}
Result<KeyPair> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<KeyPair>(stored);
}
std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}

std::string_view Machine::effect_name(const Effect& effect) {
  if (std::holds_alternative<FindSuccessor>(effect)) return "find-successor";
  return std::holds_alternative<PublishDidDocument>(effect) ? "publish-did-document" : "destroy-private-key";
}

std::optional<Instant> Machine::due_at(const Entity& key_pair) {
  if (key_pair.state == State::activated) return key_pair.warns_at ? key_pair.warns_at : key_pair.rotates_at;
  if (key_pair.state != State::rotated || key_pair.retired) return std::nullopt;
  return key_pair.retires_at;
}

Event Machine::due_event(const Entity& key_pair) {
  if (key_pair.state == State::activated && key_pair.warns_at) return RotationWarningDue{};
  if (key_pair.state == State::activated) return RotationDue{};
  return RetirementDue{};
}

/// A key that stays in the vault or in the document needs an operator; one that has no successor goes on.
std::optional<Event> Machine::failed(const Effect& effect, const Error&) {
  if (std::holds_alternative<FindSuccessor>(effect)) return SuccessionFailed{};
  return std::nullopt;
}

bool Machine::wanted(const Entity& key_pair, const Effect& effect) {
  return !std::holds_alternative<FindSuccessor>(effect) ||
         (key_pair.state == State::activated && key_pair.succession);
}

std::string Machine::event_body(const Entity& key_pair, std::string_view) {
  return json::serialize(json::ObjectWriter()
                             .field("keyId", key_pair.key_id)
                             .field("rotatesAt", key_pair.rotates_at)
                             .field("retiresAt", key_pair.retires_at)
                             .done());
}

bool Machine::ended(const Entity& key_pair) {
  return key_pair.state == State::revoked || key_pair.retired;
}

}  // namespace kontor::domain::key_pair
