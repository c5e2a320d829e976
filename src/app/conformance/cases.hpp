#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Cases of data planes, as sequences of steps: those of the official kit for Data Plane Signaling by their
/// ids, and rules of the specification that it has no case for (`RULE_`).
namespace kontor::app::conformance {

/// The steps of a case; nothing for an unknown id. `op` is a signal that has to be taken, `op=STATE` one
/// whose answer has to tell that state, `op!` one that has to be refused, `op!404` with that status; `<op` is
/// the callback that comes next, `=STATE` what the status has to become; `address`, `no-address` and
/// `renewable-address` are about the answer to the order, `renew` about its token. What stands behind a colon
/// varies the signal.
std::vector<std::string> steps_of(std::string_view id);
std::vector<std::string> all_ids();
/// Those of the kit.
std::vector<std::string> kit_ids();

}  // namespace kontor::app::conformance
