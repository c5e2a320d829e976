#pragma once

#include <set>
#include <string>
#include <vector>

#include "platform/auth/token_verifier.hpp"
#include "runtime/identity/key_ring.hpp"

/// The scopes of a participant context bound what tokens may do in its name at the Identity API and the
/// Issuer administration API.
namespace kontor::runtime::identity {

/// Of the scopes of a token those that its context has too, each as far as both go. Scopes of other APIs, and
/// `…:admin` of one of these two, which goes beyond any context, are in force as they are. Pure.
std::set<std::string> in_force(const std::set<std::string>& of_token,
                               const std::vector<std::string>& of_context);

/// The same for whoever calls: a change counts with the next request, in every process over the store. Who
/// has no participant context here is bound by nothing. `keys` must outlive it.
platform::auth::Bound bound_by_contexts(KeyRing& keys);

}  // namespace kontor::runtime::identity
