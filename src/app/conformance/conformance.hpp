#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::app::conformance {

/// What an author says of the data plane that is to be held against Data Plane Signaling.
struct Options {
  std::string url;                    ///< base of its signalling; `/dataflows/…` follows
  std::string context;                ///< set: `/api/v1/CONTEXT` is added to the base
  std::vector<std::string> profiles;  ///< that it serves
  std::string token;                  ///< sent as `Authorization: Bearer …`; empty: nothing is sent
  std::string side = "both";          ///< provider, consumer or both
  std::string dataset = "dataset";
  std::string participant = "did:web:provider.example";
  std::string late_agreement;    ///< under which the plane answers later; empty: those cases are skipped
  std::string ending_agreement;  ///< under which it ends a flow by itself; empty: those cases are skipped
  bool renewal = false;          ///< its tokens expire, and it resolves did:web of loopback
  std::uint64_t port = 0;        ///< of our listener for callbacks; 0: any free one
};

/// Plays a control plane, a line a case on standard output and `N passed, M failed, K skipped` at the end. 0:
/// none has failed; 1: one has; 2: the options make no sense.
int check_data_plane(Options options);

/// Why a case is not played with these options; empty: it is.
std::string reason_to_skip(const std::string& id, const Options& options);

}  // namespace kontor::app::conformance
