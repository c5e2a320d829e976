#pragma once

#include <vector>

#include "protocol/cel/environment.hpp"

namespace kontor::protocol::cel::credentials {

/// Member functions over verifiable credentials as values of JSON (`@context`, `type`, `issuer`,
/// `issuanceDate`, `expirationDate`, `credentialSubject`), for the environment of policies:
///
///     ctx.agent.claims.vc.withType('MembershipCredential').valid().hasClaim('level', 'gold')
///
/// | on a list of credentials | yields |
/// |---|---|
/// | `withType(t)` `withContext(c)` `withIssuer(did)` `valid()` | those that are so |
/// | `hasCredential(t)` `hasClaim(name)` `hasClaim(name, value)` | whether one is so |
/// | `claim(name)` `claims(name)` | the first value, null without one; all values |
///
/// On one credential: `hasType`, `hasContext`, `valid`, `hasClaim`, `claim`. What is missing is no match and
/// never an error. A claim is a member of a subject, its `id` included; a name that is none is a path with
/// dots. `valid` looks at the dates, both bounds included, and needs the variable `now`; whether a credential
/// was revoked is not in it.
std::vector<Function> functions();

}  // namespace kontor::protocol::cel::credentials
