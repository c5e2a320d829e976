#include "runtime/sharing_applications/documents.hpp"

#include <algorithm>

#include "base/json/codec.hpp"
#include "base/json/stored.hpp"

namespace kontor::runtime::sharing_applications {
namespace {

constexpr std::size_t uuid_length = 36;

bool is_uuid(std::string_view text) {
  constexpr std::size_t dashes[] = {8, 13, 18, 23};
  if (text.size() != uuid_length) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = std::ranges::find(dashes, i) != std::end(dashes);
    const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (dash ? text[i] != '-' : !digit) return false;
  }
  return true;
}

}  // namespace

Result<void> read(const json::Node& node, Application& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("name", out.name)
      .required("scopes", out.scopes)
      .required("secretHash", out.secrets.current)
      .optional("endingSecret", out.secrets.ending)
      .optional("assertionKeys", out.assertion_keys)
      .optional("description", out.description);
  return in.done();
}

json::Value write(const Application& application) {
  return json::ObjectWriter()
      .field("id", application.id)
      .field("name", application.name)
      .field("scopes", application.scopes)
      .field("secretHash", application.secrets.current)
      .field("endingSecret", application.secrets.ending)
      .field("assertionKeys", application.assertion_keys)
      .field("description", application.description)
      .done();
}

const entity::Kind& ApplicationDocument::kind() {
  static constexpr entity::Field fields[] = {{"id", "id"}, {"name", "name"}};
  static constexpr entity::Kind kind{.name = "sharing-application", .fields = fields, .audited = true};
  return kind;
}
std::string ApplicationDocument::encode(const Entity& application) {
  return json::encode(application);
}
Result<Application> ApplicationDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Application>(stored);
}

std::string client_id_of(const Place& place) {
  return place.application.str() + "@" + place.context.str();
}

std::optional<Place> place_of(std::string_view client_id) {
  const auto at = client_id.find('@');
  if (at == std::string_view::npos || at + 1 == client_id.size() || !is_uuid(client_id.substr(0, at)))
    return std::nullopt;
  return Place{ContextId(std::string(client_id.substr(at + 1))),
               ApplicationId(std::string(client_id.substr(0, at)))};
}

}  // namespace kontor::runtime::sharing_applications
