#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/guard.hpp"

namespace kontor::platform::http {

/// Looks host names up with the system's resolver, on threads of its own. Those who ask for the same name at
/// the same time share one look-up. A name that was found within the last hour is not held up by others:
/// where its look-up does not come about within a second, as when somebody has names looked up whose servers
/// do not answer, it is where it was (RFC 8767).
class Resolver {
 public:
  Resolver(async::Scope& scope, async::Clock& clock);

  /// The host's addresses, the preferred ones first. Errors: peer_unavailable, timeout, cancelled,
  /// unavailable (too many look-ups wait).
  Task<Result<std::vector<AddressBytes>>> resolve(std::string host, async::Deadline deadline);

 private:
  struct Lookup;
  struct State;
  static Task<void> look_up(std::shared_ptr<State> state, std::shared_ptr<Lookup> lookup,
                            async::Clock& clock);

  async::Scope& scope_;
  async::Clock& clock_;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::http
