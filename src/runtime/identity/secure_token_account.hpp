#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "base/id/id.hpp"
#include "base/result/result.hpp"
#include "runtime/client_secrets/kept_secrets.hpp"

namespace kontor::runtime::identity {

/// By which a connector that is not ours gets self-issued tokens in a participant's name
/// (runtime/secure_token_service). Only a hash of the secret is kept.
struct SecureTokenAccount {
  Did client;  ///< the participant's DID is the client's id
  client_secrets::KeptSecrets secrets;
};

/// Stored in the participant's context, under the DID.
struct SecureTokenAccountDocument {
  using Entity = SecureTokenAccount;
  static const entity::Kind& kind();
  static std::string encode(const Entity& account);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::runtime::identity
