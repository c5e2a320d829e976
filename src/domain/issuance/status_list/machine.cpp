#include <array>

#include "base/json/stored.hpp"
#include "domain/issuance/status_list/codec.hpp"
#include "domain/issuance/status_list/decide.hpp"

namespace kontor::domain::issuance::status_list {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "id", .path = "id"},
      entity::Field{.name = "url", .path = "url", .indexed = true},
      entity::Field{.name = "purpose", .path = "purpose"},
      entity::Field{.name = "kind", .path = "kind"},
  };
  static constexpr entity::Kind kind{.name = "status-list", .codec_version = 2, .fields = fields};
  return kind;
}

std::string Machine::encode(const Entity& list) {
  return json::encode(list);
}
Result<List> Machine::decode(std::string_view stored, std::uint32_t codec_version) {
  auto list = json::decode_stored<List>(stored);
  // Of the version before the token stood in it: whoever asks for the list has it signed anew.
  if (list && codec_version == 1) list->sign_at = Instant{};
  return list;
}
std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}
Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Effect>(stored);
}
std::string_view Machine::effect_name(const Effect&) {
  return "sign-status-list";
}
std::optional<Instant> Machine::due_at(const Entity& list) {
  return list.sign_at;
}
Event Machine::due_event(const Entity&) {
  return SigningDue{};
}
std::optional<Event> Machine::failed(const Effect&, const Error&) {
  return SigningFailed{};
}

/// As long as a credential may point to it.
bool Machine::ended(const Entity&) {
  return false;
}

}  // namespace kontor::domain::issuance::status_list
