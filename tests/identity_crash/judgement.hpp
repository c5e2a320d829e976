#pragma once

#include "crash/verdict.hpp"
#include "errands.hpp"

namespace kontor::identity_crash {

/// What is left of credentials and keys when nobody is killed any more.
struct Judgement {
  std::size_t issued = 0;   ///< credentials, by their issuer
  std::size_t rotated = 0;  ///< keys
};

/// Asks both sides while they run. Every request that was acknowledged has brought its credential; holders
/// have what their issuer says that it issued, and nothing else. Every rotation that was acknowledged came to
/// its end; each participant has one key that signs, with its private half, and all that anybody verifies
/// with stand in its DID document.
Task<Judgement> judge(installation::World& world, crash::Administrator& administrator, Errands& errands,
                      const Acknowledged& acknowledged, crash::Verdict& verdict);

}  // namespace kontor::identity_crash
