#include "protocol/api/management/envelope.hpp"

namespace kontor::protocol::api::management {

json::ObjectReader open_body(const json::Node& node, const std::vector<std::string_view>& types) {
  json::ObjectReader in(node);
  in.holds("@context", context_url).one_of("@type", types);
  return in;
}

json::ObjectWriter body_of(std::string_view type) {
  json::ObjectWriter out;
  out.field("@context", std::vector<std::string>{std::string(context_url)}).field("@type", type);
  return out;
}

void read_profile(json::ObjectReader& in, std::string& profile) {
  in.optional("profile", profile);
  if (profile.empty()) in.optional("protocol", profile);
  if (in.ok() && profile.empty()) in.refuse("profile", "is required: the name of a dataspace profile");
}

Result<void> read(const json::Node& node, IdResponse& out) {
  json::ObjectReader in(node);
  std::int64_t created_at = 0;
  in.required("@id", out.id).optional("createdAt", created_at);
  out.created_at = Instant{std::chrono::milliseconds(created_at)};
  return in.done();
}

json::Value write(const IdResponse& response) {
  return body_of("IdResponse")
      .field("@id", response.id)
      .field("createdAt", epoch_milliseconds(response.created_at))
      .done();
}

Result<void> read(const json::Node& node, CallbackAddress& out) {
  json::ObjectReader in(node);
  in.required("uri", out.uri)
      .required("events", out.events)
      .optional("transactional", out.transactional)
      .optional("authKey", out.auth_key)
      .optional("authCodeId", out.auth_code_id);
  return in.done();
}

json::Value write(const CallbackAddress& address) {
  return json::ObjectWriter()
      .field("@type", "CallbackAddress")
      .field("uri", address.uri)
      .field("events", address.events)
      .field("transactional", address.transactional)
      .field("authKey", address.auth_key)
      .field("authCodeId", address.auth_code_id)
      .done();
}

}  // namespace kontor::protocol::api::management
