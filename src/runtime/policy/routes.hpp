#pragma once

#include "platform/routing/router.hpp"
#include "runtime/participant_context/participant_contexts.hpp"
#include "runtime/policy/policy_engine.hpp"

namespace kontor::runtime::policy {

/// How many expressions an installation may have.
inline constexpr std::uint64_t expressions_max = 1000;

/// CEL expressions of the Management API. The engine must outlive the router.
void bind_routes(platform::routing::Router& router, platform::engine::Engine& engine);

/// Groups of partners. Both must outlive the router.
struct PartnerGroupServices {
  platform::engine::Engine& engine;
  participant_context::ParticipantContexts& contexts;
};
void bind_partner_group_routes(platform::routing::Router& router, PartnerGroupServices services);

}  // namespace kontor::runtime::policy
