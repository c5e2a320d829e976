#pragma once

#include "base/entity/decision.hpp"
#include "platform/engine/engine.hpp"
#include "platform/vault/vault.hpp"
#include "protocol/api/management/secrets.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::secrets {

/// That there is a secret; its value is in the vault.
struct SecretEntry {
  std::string id;
};
struct SecretDocument {
  using Entity = SecretEntry;
  static const entity::Kind& kind();
  static std::string encode(const Entity& entry);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Where a participant's secret is found in the vault: by whoever uses it, under the name that its owner gave
/// it.
platform::vault::SecretName name_in_vault(const std::string& id);

/// Secrets that a participant hands over for its sources and callbacks. The store decides who has a name, so
/// that of two creations the loser changes nothing; a creation that broke off before the vault had the value
/// is made good by a replacement, a deletion by another.
class Secrets {
 public:
  struct Services {
    platform::engine::Engine& engine;
    participant_context::ParticipantContexts& contexts;
    platform::vault::Vault& vault;
  };
  explicit Secrets(Services services) : services_(services) {}

  using Body = protocol::api::management::Secret;
  /// Errors: conflict, too_large, not_found (the participant).
  Task<Result<protocol::api::management::IdResponse>> create(platform::engine::Command command, Body body);
  /// Errors: not_found.
  Task<Result<void>> replace(platform::engine::Command command, crypto::Secret value);
  Task<Result<void>> remove(platform::engine::Command command);

 private:
  Services services_;
};

}  // namespace kontor::runtime::secrets
