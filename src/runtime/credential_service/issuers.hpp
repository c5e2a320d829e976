#pragma once

#include <string>

#include "platform/did/resolver.hpp"

namespace kontor::runtime::credential_service {

/// Where an issuer's service is, as its DID document says. Errors: those of the resolver; not_found when it
/// offers none.
Task<Result<std::string>> issuer_endpoint(platform::did::Resolver& resolver, Did issuer,
                                          platform::async::Deadline deadline);

}  // namespace kontor::runtime::credential_service
