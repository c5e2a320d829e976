#include <array>

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
  return json::decode<KeyPair>(stored);
}
std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode<Effect>(stored);
}

std::string_view Machine::effect_name(const Effect& effect) {
  return std::holds_alternative<PublishDidDocument>(effect) ? "publish-did-document" : "destroy-private-key";
}

std::optional<Instant> Machine::due_at(const Entity& key_pair) {
  if (key_pair.state != State::rotated || key_pair.retired) return std::nullopt;
  return key_pair.retires_at;
}

Event Machine::due_event(const Entity&) {
  return RetirementDue{};
}

/// Neither effect may be given up silently: a key that stays in the vault or in the document needs an
/// operator.
std::optional<Event> Machine::failed(const Effect&, const Error&) {
  return std::nullopt;
}

bool Machine::ended(const Entity& key_pair) {
  return key_pair.state == State::revoked || key_pair.retired;
}

}  // namespace kontor::domain::key_pair
