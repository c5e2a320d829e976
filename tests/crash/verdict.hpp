#pragma once

#include "customer.hpp"
#include "installation/dataspace.hpp"

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

/// A negotiation or transfer as its consumer tells of it.
struct Record {
  std::string company;
  std::string state;
  std::string peer_id;
  std::string agreement;
  std::string error;
};
/// By id.
using Records = std::map<std::string, Record>;

/// Compares both sides over their APIs while they run: everything acknowledged is there, everything that was
/// begun is at rest, both sides agree, one agreement for each negotiation that ended in one.
Records judge_negotiations(installation::World& world, const Ledger& ledger, Verdict& verdict);

/// The same for transfers; data flow by those that run and by no others.
void judge_transfers(installation::World& world, const Ledger& ledger, Verdict& verdict);

/// What goes on in an installation of which nobody wants anything.
enum class Rest : std::uint8_t {
  complete,      ///< nothing
  time_goes_on,  ///< what is due: keys are replaced, documents published
};
/// Stops both installations and reads their stores: nothing pends (where time goes on: that the processes
/// that start next would not carry out), nothing was set aside, no negotiation was finalized twice, no audit
/// chain has a gap.
void judge_stores(installation::Dataspace& dataspace, Rest rest, Verdict& verdict);

}  // namespace kontor::crash
