#include "runtime/identity/secure_token_account.hpp"

#include "base/json/codec.hpp"
#include "base/json/stored.hpp"

namespace kontor::runtime::identity {

Result<void> read(const json::Node& node, SecureTokenAccount& out) {
  json::ObjectReader in(node);
  in.required("client", out.client)
      .required("secretHash", out.secrets.current)
      .optional("endingSecret", out.secrets.ending);
  return in.done();
}

json::Value write(const SecureTokenAccount& account) {
  return json::ObjectWriter()
      .field("client", account.client)
      .field("secretHash", account.secrets.current)
      .field("endingSecret", account.secrets.ending)
      .done();
}

const entity::Kind& SecureTokenAccountDocument::kind() {
  static constexpr entity::Kind kind{.name = "secure-token-account", .audited = true};
  return kind;
}

std::string SecureTokenAccountDocument::encode(const Entity& account) {
  return json::encode(account);
}

Result<SecureTokenAccount> SecureTokenAccountDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<SecureTokenAccount>(stored);
}

}  // namespace kontor::runtime::identity
