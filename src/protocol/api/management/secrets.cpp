#include "protocol/api/management/secrets.hpp"

namespace kontor::protocol::api::management {

Result<void> read(const json::Node& node, Secret& out) {
  auto in = open_body(node, {"Secret"});
  in.optional("@id", out.id).required("value", out.value);
  if (in.ok() && out.value.empty()) in.refuse("value", "must not be empty");
  return in.done();
}

json::Value write(const Secret& secret) {
  return body_of("Secret").field("@id", secret.id).field("value", secret.value).done();
}

Result<void> read(const json::Node& node, KeptSecret& out) {
  auto in = open_body(node, {"Secret"});
  std::int64_t created_at = 0;
  in.required("@id", out.id).required("createdAt", created_at);
  out.created_at = Instant{std::chrono::milliseconds(created_at)};
  return in.done();
}

json::Value write(const KeptSecret& secret) {
  return body_of("Secret")
      .field("@id", secret.id)
      .field("createdAt", epoch_milliseconds(secret.created_at))
      .done();
}

}  // namespace kontor::protocol::api::management
