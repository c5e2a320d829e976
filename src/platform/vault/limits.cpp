#include "platform/vault/limits.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::platform::vault {
namespace {

Result<void> check_name(std::string_view what, std::string_view name) {
  if (name.empty()) return fail(ErrorCode::invalid_input, "{} must not be empty", what);
  if (name.size() > name_bytes_max) {
    return fail(ErrorCode::invalid_input, "{} has {} bytes, {} are allowed", what, name.size(),
                name_bytes_max);
  }
  const bool printable = std::ranges::none_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (!printable || !text::is_utf8(name)) {
    return fail(ErrorCode::invalid_input, "{} must be UTF-8 without control characters", what);
  }
  return {};
}

}  // namespace

Result<void> check_name(const ContextId& context) {
  return check_name("a participant context's id", context.str());
}

Result<void> check_name(const ContextId& context, const KeyAlias& alias) {
  if (auto good = check_name(context); !good) return good;
  return check_name("a key's alias", alias.str());
}

Result<void> check_name(const ContextId& context, const SecretName& name) {
  if (auto good = check_name(context); !good) return good;
  return check_name("a secret's name", name.str());
}

Result<void> check_secret(const crypto::Secret& value) {
  if (value.empty()) return fail(ErrorCode::invalid_input, "a secret must not be empty: delete it instead");
  if (value.size() > secret_bytes_max) {
    return fail(ErrorCode::too_large, "a secret of {} bytes, {} are allowed", value.size(), secret_bytes_max);
  }
  return {};
}

Result<void> check_message(std::string_view message) {
  if (message.size() <= message_bytes_max) return {};
  return fail(ErrorCode::too_large, "a message of {} bytes to sign, {} are allowed: sign its digest",
              message.size(), message_bytes_max);
}

Result<void> check_creatable(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::ed25519:
    case crypto::KeyType::p256:
    case crypto::KeyType::p384:
      return {};
    case crypto::KeyType::p521:
    case crypto::KeyType::rsa:
      break;
  }
  return fail(ErrorCode::invalid_input,
              "keys of type {} are imported, not created: use Ed25519, P-256 or P-384",
              crypto::name_of(type));
}

std::unexpected<Error> no_such_key(const KeyAlias& alias) {
  return fail(ErrorCode::not_found, "the context has no key '{}'", text::for_log(alias.str()));
}

std::unexpected<Error> key_exists(const KeyAlias& alias) {
  return fail(ErrorCode::conflict, "the context has a key '{}' already", text::for_log(alias.str()));
}

std::unexpected<Error> no_such_secret(const SecretName& name) {
  return fail(ErrorCode::not_found, "the context has no secret '{}'", text::for_log(name.str()));
}

}  // namespace kontor::platform::vault
