#include "protocol/api/secure_token/messages.hpp"

namespace kontor::protocol::api::secure_token {
namespace {

void drop_empty(std::optional<std::string>& text) {
  if (text && text->empty()) text.reset();
}

}  // namespace

Result<void> read(const json::Node& node, TokenRequest& out) {
  json::ObjectReader in(node);
  in.required("grant_type", out.grant_type)
      .required("client_id", out.client_id)
      .required("client_secret", out.client_secret)
      .required("audience", out.audience)
      .optional("bearer_access_scope", out.bearer_access_scope)
      .optional("token", out.token);
  if (in.ok() && out.client_id.empty()) in.refuse("client_id", "must not be empty");
  if (in.ok() && out.client_secret.empty()) in.refuse("client_secret", "must not be empty");
  drop_empty(out.bearer_access_scope);
  drop_empty(out.token);
  return in.done();
}

json::Value write(const TokenRequest& request) {
  return json::ObjectWriter()
      .field("grant_type", request.grant_type)
      .field("client_id", request.client_id)
      .field("client_secret", request.client_secret)
      .field("audience", request.audience)
      .field("bearer_access_scope", request.bearer_access_scope)
      .field("token", request.token)
      .done();
}

}  // namespace kontor::protocol::api::secure_token
