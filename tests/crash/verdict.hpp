#pragma once

#include "installation/dataspace.hpp"
#include "traffic.hpp"

namespace kontor::crash {

/// What is left when nobody is killed any more.
struct Verdict {
  std::size_t negotiations = 0;  ///< on both sides
  std::size_t finalized = 0;
  std::size_t terminated = 0;  ///< with a reason
  std::size_t transfers = 0;
  std::size_t transfers_running = 0;
  std::vector<std::string> violations = {};
};

/// Compares both sides over their APIs while they run: everything acknowledged is there, everything that was
/// begun is at rest, both sides agree, data flow by the transfers that run and by no others.
void judge_records(installation::World& world, const Ledger& ledger, Verdict& verdict);

/// Stops both installations and reads their stores: nothing pends, nothing was set aside, no negotiation was
/// finalized twice, no audit chain has a gap.
void judge_stores(installation::Dataspace& dataspace, Verdict& verdict);

}  // namespace kontor::crash
