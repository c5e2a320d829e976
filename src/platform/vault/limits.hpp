#pragma once

#include <cstddef>
#include <string_view>

#include "base/crypto/keys.hpp"
#include "base/crypto/secret.hpp"
#include "base/result/result.hpp"
#include "platform/vault/vault.hpp"

/// What every vault accepts, so that a context can move from one to another. Implementations check with these
/// functions before they do anything.
namespace kontor::platform::vault {

inline constexpr std::size_t name_bytes_max =
    512;  ///< ContextId, KeyAlias, SecretName: UTF-8 without control characters
inline constexpr std::size_t secret_bytes_max = 64 * 1024;
inline constexpr std::size_t message_bytes_max = 1024 * 1024;  ///< what is signed at once

/// Errors: invalid_input.
Result<void> check_name(const ContextId& context);
Result<void> check_name(const ContextId& context, const KeyAlias& alias);
Result<void> check_name(const ContextId& context, const SecretName& name);
/// Errors: invalid_input when it is empty, too_large.
Result<void> check_secret(const crypto::Secret& value);
/// Errors: too_large.
Result<void> check_message(std::string_view message);
/// Only Ed25519, P-256 and P-384 keys are made here. Errors: invalid_input.
Result<void> check_creatable(crypto::KeyType type);

/// The errors that every implementation gives in these words.
std::unexpected<Error> no_such_key(const KeyAlias& alias);
std::unexpected<Error> key_exists(const KeyAlias& alias);
std::unexpected<Error> no_such_secret(const SecretName& name);

}  // namespace kontor::platform::vault
