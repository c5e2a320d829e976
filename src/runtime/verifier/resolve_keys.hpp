#pragma once

#include <vector>

#include "platform/did/resolver.hpp"
#include "protocol/vc/evidence.hpp"

namespace kontor::runtime::verifier {

/// Fetches the DID documents that the references name and finds the keys in them; a key that a cached
/// document does not know is looked up once more in a fresh one. What cannot be had stands in the result as
/// its error; one that may pass is the resolver's. `relationships`: whether keys of documents that declare no
/// relationship are good.
Task<protocol::vc::ResolvedKeys> resolve_keys(platform::did::Resolver& resolver,
                                              std::vector<protocol::vc::KeyReference> references,
                                              protocol::did::RelationshipPolicy relationships,
                                              platform::async::Deadline deadline);

}  // namespace kontor::runtime::verifier
