#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/id/id.hpp"
#include "base/lru/lru.hpp"
#include "platform/async/clock.hpp"

namespace kontor::runtime::verifier {

/// Messages of counter-parties that come to nothing, counted within a minute: of one party at one
/// participant, at one participant, and in all. Whoever sends too many is refused by what it says of itself,
/// before its token costs a look at a key; that it is who it says was proven by every message that counts, so
/// nobody is held up by what others send in its name, nor from another address than the one it was refused
/// at. Beyond what is counted at a participant and in all nobody is held up, and the tokens of what comes to
/// nothing are no longer remembered: they are refused as before. Nothing of this is stored. Used on the io
/// thread.
class Refusals {
 public:
  struct Limits {
    std::size_t per_peer = 60;
    std::size_t per_context = 600;
    std::size_t in_all = 6'000;
  };
  /// Who asks whom, and from which address.
  struct Asker {
    ContextId context;
    Did peer;
    std::string address;
  };
  explicit Refusals(platform::async::Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}
  explicit Refusals(platform::async::Clock& clock) : Refusals(clock, Limits{}) {}

  /// Nothing of the asker is proven. Errors: too_many_requests, with the time that is left.
  Result<void> check(const Asker& claimed);
  /// A message that was proven to be the asker's has come to nothing. Whether its token is to be remembered.
  bool count(const Asker& proven);

 private:
  struct Row {
    Instant since;
    std::size_t refused = 0;
    std::string address;  ///< the last one
  };
  using Peers = Lru<std::pair<ContextId, Did>, Row>;
  using Contexts = Lru<ContextId, Row>;
  static constexpr std::size_t peers_max = 10'000;
  static constexpr std::size_t contexts_max = 10'000;

  Row counted(const Row* before) const;

  platform::async::Clock& clock_;
  Limits limits_;
  Peers peers_{peers_max};
  Contexts contexts_{contexts_max};
  Row all_;
};

}  // namespace kontor::runtime::verifier
