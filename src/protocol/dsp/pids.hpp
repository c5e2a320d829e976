#pragma once

#include "protocol/dsp/types.hpp"

namespace kontor::protocol::dsp {

/// How the pids that a message names compare with those of the process that its path names.
enum class PidMatch : std::uint8_t {
  exact,       ///< those of the process, as far as they are named and known
  wrong_peer,  ///< the receiver's own is named, but beside it not the sender's
  foreign,     ///< the receiver's own is not named, but another in its place
};

/// A process as one of its parties knows it.
struct KnownProcess {
  Role role = Role::consumer;  ///< of the party that knows it
  const Pid& own;
  const Pid& peer;  ///< empty: not known yet
};

/// Which of the pids in a message is whose is the sender's word. Known peers put a random id, or the
/// receiver's own, into the place of theirs.
PidMatch match(const Pids& named, const KnownProcess& process);

}  // namespace kontor::protocol::dsp
