#pragma once

#include "domain/identity_context/decide.hpp"
#include "platform/engine/engine.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::runtime::identity {

/// Removes everything that belongs to a participant at the identity services and the credential service. Each
/// step may be repeated, so that a process may be killed at any moment. What a connector or an issuer of the
/// same context has stays; where there is nothing of that, nothing stays but the audit chain.
Task<Result<platform::engine::Outcome<domain::identity_context::Machine>>> carry_out(
    platform::engine::Engine& engine, platform::vault::Vault& vault,
    platform::engine::Committed<domain::identity_context::Effect> effect);

}  // namespace kontor::runtime::identity
