#include <array>

#include "base/json/stored.hpp"
#include "domain/application/codec.hpp"
#include "domain/application/decide.hpp"

namespace kontor::domain::application {

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "id", .path = "id"},
      entity::Field{.name = "applicant", .path = "applicant", .indexed = true},
      entity::Field{.name = "holderName", .path = "holderName"},
      entity::Field{.name = "credentialType", .path = "credentialType"},
      entity::Field{.name = "state", .path = "state", .indexed = true},
      entity::Field{.name = "reviewer", .path = "reviewer"},
  };
  static constexpr entity::Kind kind{.name = "application",
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 365 * 10),
                                     .audited = true};
  return kind;
}

std::string Machine::encode(const Entity& application) {
  return json::encode(application);
}

Result<Application> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Application>(stored);
}

std::string Machine::encode_effect(const Effect&) {
  return "null";
}

Result<Effect> Machine::decode_effect(std::string_view) {
  return fail(ErrorCode::malformed, "an application has no effects");
}

std::string_view Machine::effect_name(const Effect&) {
  return "none";
}
std::optional<Instant> Machine::due_at(const Entity&) {
  return std::nullopt;
}

Event Machine::due_event(const Entity& application) {
  invariant(false, "an application is never due");
  return StartReview{application.history.front().by};
}

std::optional<Event> Machine::failed(const Effect&, const Error&) {
  return std::nullopt;
}

bool Machine::ended(const Entity& application) {
  switch (application.state) {
    case State::submitted:
    case State::in_review:
    case State::changes_requested:
      return false;
    case State::approved:
    case State::rejected:
    case State::withdrawn:
      return true;
  }
  return true;
}

}  // namespace kontor::domain::application
