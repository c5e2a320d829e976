#pragma once

#include <string>

#include "platform/vault/vault.hpp"

namespace kontor::platform::vault {

/// Where a secret lies that a participant handed over (Management API), in the participant's context, under
/// the id that it gave. What a process keeps for itself never begins like this, so no id leads to it.
inline SecretName participant_secret(const std::string& id) {
  return SecretName("secret/" + id);
}

}  // namespace kontor::platform::vault
