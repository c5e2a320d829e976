#pragma once

#include <string_view>

#include "base/result/result.hpp"

namespace kontor::app::process {

/// Tells whoever started the process how it is doing, as sd_notify(3) does: a datagram with lines such as
/// `READY=1` to the socket that the variable NOTIFY_SOCKET names, a path or `@` and an abstract name. Nobody
/// is told when there is no such variable. Errors: unavailable.
Result<void> tell_supervisor(std::string_view state);

}  // namespace kontor::app::process
