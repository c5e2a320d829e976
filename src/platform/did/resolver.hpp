#pragma once

#include <memory>

#include "platform/async/clock.hpp"
#include "platform/async/task.hpp"
#include "protocol/did/document.hpp"

namespace kontor::platform::did {

/// How old an answer may be.
enum class Freshness : std::uint8_t {
  cached,     ///< as the cache has it
  refreshed,  ///< asked anew: for a key id that the cached document does not know (keys rotate)
};

using Document = std::shared_ptr<const protocol::did::DidDocument>;

/// Finds the document of a DID. Errors: malformed (no DID, or none of ours), peer_unavailable, timeout,
/// peer_refused (there is no document), address_refused, invalid_input (what was found is no DID document, or
/// one of another DID). Used on the io thread.
class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual Task<Result<Document>> resolve(Did did, Freshness freshness, async::Deadline deadline) = 0;
  /// Empties what is kept.
  virtual void forget() = 0;
};

}  // namespace kontor::platform::did
