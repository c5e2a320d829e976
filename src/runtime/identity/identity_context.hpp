#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/identity_context/types.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::runtime::identity {

namespace identity_context = domain::identity_context;
using identity_context::IdentityContext;
using identity_context::ServiceChange;
using ContextState = identity_context::State;

std::int32_t code_of(ContextState state);  ///< 100, 200, 300: the Identity API's numbers

/// Stored in its own context, under the context's id. Errors: not_found, also for one that is still being
/// made or removed.
Task<Result<platform::engine::Loaded<IdentityContext>>> load_context(platform::engine::Engine& engine,
                                                                     ContextId context);

/// Which context a DID belongs to: stored in the installation's context under the DID, so a DID exists once.
/// One whose context is gone holds nobody up.
struct DidClaim {
  ContextId context;
};
struct DidClaimDocument {
  using Entity = DidClaim;
  static const entity::Kind& kind();
  static std::string encode(const Entity& claim);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::runtime::identity
