#include "runtime/identity/token_service.hpp"

#include "base/json/codec.hpp"
#include "base/json/stored.hpp"

namespace kontor::runtime::identity {

Result<void> read(const json::Node& node, TokenService& out) {
  json::ObjectReader in(node);
  in.required("tokenUrl", out.token_url)
      .required("clientId", out.client_id)
      .required("clientSecretAlias", out.client_secret_alias);
  return in.done();
}

json::Value write(const TokenService& service) {
  return json::ObjectWriter()
      .field("tokenUrl", service.token_url)
      .field("clientId", service.client_id)
      .field("clientSecretAlias", service.client_secret_alias)
      .done();
}

const entity::Kind& TokenServiceDocument::kind() {
  static constexpr entity::Kind kind{.name = "token-service", .audited = true};
  return kind;
}

std::string TokenServiceDocument::encode(const Entity& service) {
  return json::encode(service);
}

Result<TokenService> TokenServiceDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<TokenService>(stored);
}

}  // namespace kontor::runtime::identity
