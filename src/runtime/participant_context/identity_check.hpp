#pragma once

#include "runtime/identity/identity_contexts.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::participant_context {

/// Whether a new context may have its identity. A DID that this installation gives is that of the first who
/// is created with it; every other one is whose control of it is proven. To name a DID is no proof, so a
/// context that only does is in nobody's way: it gets no tokens and is believed nowhere.
/// (docs/decisions/0039) Errors: conflict.
Task<Result<void>> check_identity(ParticipantContexts& contexts, identity::IdentityContexts& identities,
                                  ParticipantContext wanted);

}  // namespace kontor::runtime::participant_context
