#pragma once

#include "platform/auth/caller.hpp"
#include "protocol/api/route.hpp"

namespace kontor::platform::auth {

/// Whether the caller may use the route on the context in its path (empty where the path names none). Pure:
/// the whole role matrix is the table in role_matrix.cpp.
///
/// With a role, the matrix decides by the route's concern, whatever scopes stand beside it: clients made for
/// roles ask for scopes of other APIs, and whoever gives a participant's client scopes gives it no more than
/// its role. Without one, scopes decide: `admin` implies `write` implies `read`, and `api:action` implies
/// `api:resource:action`. A participant, and every scoped token without `…:admin`, is bound to its own
/// context. Errors: forbidden, with the same text for a foreign context that exists and one that does not;
/// not_found for the context of the installation, which is no participant's.
Result<void> authorize(const protocol::api::RouteInfo& route, const Caller& caller, const ContextId& context);

bool scope_implies(std::string_view granted, std::string_view wanted);

}  // namespace kontor::platform::auth
