#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/id/id.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"

namespace kontor::runtime::dsp_endpoint {

struct PeerHealthConfig {
  std::uint32_t failures_max = 3;  ///< one after another, until a counter-party is left alone
  Duration pause_min = std::chrono::seconds(1);
  Duration pause_max = std::chrono::seconds(10);
  std::size_t kept_max = 10'000;  ///< counter-parties of which something is known
};

/// A counter-party as it is reached: its name alone could be given to the address of another.
struct PeerAddress {
  Did did;
  std::string authority;  ///< host and port
  auto operator<=>(const PeerAddress&) const = default;
};

/// A counter-party that is left alone.
struct RestingPeer {
  PeerAddress peer;
  std::uint32_t failures = 0;  ///< one after another
  Instant since;               ///< of the first of these
  Instant until;               ///< asked again then
  std::string reason;          ///< of the last
};

/// Which counter-parties do not answer at the moment. One that failed several times in a row is left alone
/// for a pause that doubles with each failure up to a bound; then one message tries, and the others fail at
/// once until it is known how that went. So what is meant for a dead peer costs neither a connection nor the
/// time of a deadline. Knows only what this process saw.
class PeerHealth {
 public:
  explicit PeerHealth(PeerHealthConfig config = {}) : config_(config) {}

  /// Whether a message may go out now. Each that may is followed by one of the three below. Errors:
  /// peer_unavailable, with what went wrong before.
  Result<void> admit(const PeerAddress& peer, Instant now);
  /// True: it had been left alone.
  bool answered(const PeerAddress& peer);
  /// True: it is left alone from now on.
  bool failed(const PeerAddress& peer, std::string reason, Instant now);
  /// Nothing came of it that says anything about the peer.
  void cancelled(const PeerAddress& peer);

  std::vector<RestingPeer> resting() const;
  std::size_t resting_count() const;

 private:
  struct State {
    std::uint32_t failures = 0;
    Instant since = {};
    Instant until = {};
    bool trying = false;
    std::string reason = {};
  };
  /// Of what is known, what it costs least not to know: whoever does not rest yet before whoever rests
  /// shortest from now on, and last of all whoever is being tried.
  void forget_one();
  bool rests(const State& state) const { return state.failures >= config_.failures_max; }

  PeerHealthConfig config_;
  std::map<PeerAddress, State> failing_;
};

}  // namespace kontor::runtime::dsp_endpoint
