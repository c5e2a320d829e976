#include "protocol/dsp/pids.hpp"

namespace kontor::protocol::dsp {

PidMatch match(const Pids& named, const KnownProcess& process) {
  const bool consumer = process.role == Role::consumer;
  const auto& own = consumer ? named.consumer : named.provider;
  const auto& theirs = consumer ? named.provider : named.consumer;
  if (theirs == process.own) return PidMatch::wrong_peer;
  if (!own.empty() && own != process.own) return PidMatch::foreign;
  if (theirs.empty() || process.peer.empty() || theirs == process.peer) return PidMatch::exact;
  return PidMatch::wrong_peer;
}

}  // namespace kontor::protocol::dsp
