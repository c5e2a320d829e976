#pragma once

#include "platform/routing/router.hpp"
#include "runtime/sharing_applications/applications.hpp"

namespace kontor::runtime::sharing_applications {

/// `applications` must outlive the router.
void bind_routes(platform::routing::Router& router, Applications& applications);

}  // namespace kontor::runtime::sharing_applications
