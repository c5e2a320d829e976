#pragma once

#include "platform/routing/router.hpp"
#include "runtime/policy/policy_engine.hpp"

namespace kontor::runtime::policy {

/// How many expressions an installation may have.
inline constexpr std::uint64_t expressions_max = 1000;

/// CEL expressions of the Management API. The engine must outlive the router.
void bind_routes(platform::routing::Router& router, platform::engine::Engine& engine);

}  // namespace kontor::runtime::policy
