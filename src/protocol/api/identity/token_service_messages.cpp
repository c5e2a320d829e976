#include "protocol/api/identity/token_service_messages.hpp"

namespace kontor::protocol::api::identity {
namespace {

constexpr std::size_t member_bytes_max = 2048;

}  // namespace

Result<void> read(const json::Node& node, TokenService& out) {
  json::ObjectReader in(node);
  in.required("tokenUrl", out.token_url)
      .required("clientId", out.client_id)
      .required("clientSecretAlias", out.client_secret_alias);
  if (!in.ok()) return in.done();
  const auto check = [&](const char* member, const std::string& value) {
    if (value.empty() || value.size() > member_bytes_max)
      in.refuse(member, "must have 1 to " + std::to_string(member_bytes_max) + " bytes");
  };
  check("tokenUrl", out.token_url);
  check("clientId", out.client_id);
  check("clientSecretAlias", out.client_secret_alias);
  const bool address = out.token_url.starts_with("https://") || out.token_url.starts_with("http://");
  if (in.ok() && !address) in.refuse("tokenUrl", "must be an http or https address");
  return in.done();
}

json::Value write(const TokenService& service) {
  return json::ObjectWriter()
      .field("tokenUrl", service.token_url)
      .field("clientId", service.client_id)
      .field("clientSecretAlias", service.client_secret_alias)
      .done();
}

}  // namespace kontor::protocol::api::identity
