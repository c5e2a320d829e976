#include "base/json/stored.hpp"
#include "domain/data_flow/codec.hpp"
#include "domain/data_flow/decide.hpp"

namespace kontor::domain::data_flow {

const entity::Kind& Machine::kind() {
  static constexpr entity::Field fields[] = {
      {.name = "processId", .path = "terms.processId"},
      {.name = "state", .path = "state"},
      {.name = "role", .path = "role"},
      {.name = "profile", .path = "terms.profile"},
      {.name = "agreementId", .path = "terms.agreementId", .indexed = true},
      {.name = "datasetId", .path = "terms.datasetId"},
      {.name = "counterPartyId", .path = "terms.counterPartyId"},
      {.name = "tokenSha256", .path = "grant.tokenSha256", .indexed = true},
      {.name = "previousTokenSha256", .path = "previousGrant.tokenSha256", .indexed = true},
      {.name = "refreshTokenSha256", .path = "grant.refreshTokenSha256", .indexed = true},
      {.name = "previousRefreshTokenSha256", .path = "previousGrant.refreshTokenSha256", .indexed = true},
      {.name = "stateSince", .path = "stateSince", .type = entity::FieldType::instant},
  };
  static constexpr entity::Kind kind{.name = "data-flow",
                                     .codec_version = 1,
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 30),
                                     .protocol = entity::Protocol::dps};
  return kind;
}

std::string Machine::encode(const Entity& flow) {
  return json::encode(flow);
}

Result<DataFlow> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<DataFlow>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}

Result<Effect> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<data_flow::Effect>(stored);
}

std::string_view Machine::effect_name(const Effect& effect) {
  struct Name {
    std::string_view operator()(const OpenAccess&) const { return "open-access"; }
    std::string_view operator()(const CloseAccess&) const { return "close-access"; }
    std::string_view operator()(const NotifyControlPlane&) const { return "notify-control-plane"; }
  };
  return std::visit(Name{}, effect);
}

std::optional<Instant> Machine::due_at(const Entity& flow) {
  return flow.open_until;
}

data_flow::Event Machine::due_event(const Entity&) {
  return OpeningOverdue{};
}

std::optional<data_flow::Event> Machine::failed(const Effect& effect, const Error& error) {
  if (std::holds_alternative<OpenAccess>(effect)) return Failed{error.message()};
  if (const auto* notify = std::get_if<NotifyControlPlane>(&effect)) {
    CallbackFailed failure{notify->callback, error.message()};
    if (error.row().retry == Retry::later) failure.unheard_since = notify->since;
    return failure;
  }
  return std::nullopt;
}

bool Machine::ended(const Entity& flow) {
  return is_final(flow.state);
}

}  // namespace kontor::domain::data_flow
