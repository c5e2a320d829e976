#pragma once

#include "platform/auth/token_verifier.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::runtime::sharing_applications {

/// What an application may do at this moment, read from the store on every request that it makes: a
/// revocation and a scope that was taken away count at once in every process over that store. `engine` must
/// outlive it.
platform::auth::Narrow standing_in(platform::engine::Engine& engine);

}  // namespace kontor::runtime::sharing_applications
