#pragma once

#include "base/id/id.hpp"
#include "base/random/random.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/http/message.hpp"
#include "platform/routing/router.hpp"

namespace kontor::dataplane::edge {

/// What the tunnel of a data plane leads to: the signalling routes about flows of its own context, and
/// nothing else. Who asks there is the control plane that was dialled, with no token: that it is the right
/// one was proven when the connection was opened. The router takes everybody else's tokens as before.
platform::http::Handler signals_of(platform::routing::Router& router, platform::auth::TokenVerifier& verifier,
                                   Random& random, ContextId context);

}  // namespace kontor::dataplane::edge
