#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The kit's cases as sequences of steps.
namespace kontor::tck::dps {

/// The steps of a case; nothing for an unknown id. Of control planes: `<op` is the signal that the planes'
/// control plane sends next, `<request` and `<START` what it sends its counter-party, `>START` what that
/// sends, `>op` a callback of its data plane, `=STATE` the state that both parties know. Of data planes: `op`
/// is a signal, `op=STATE` one whose answer has to tell that state, `op!` one that has to be refused, `<op`
/// the callback that comes next, `=STATE` what the status has to become; `address` and `no-address` are about
/// the answer to the order.
std::vector<std::string> steps_of(std::string_view id);
/// Every id that has steps.
std::vector<std::string> scripted_ids();

}  // namespace kontor::tck::dps
