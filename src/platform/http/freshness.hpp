#pragma once

#include <optional>

#include "base/time/time.hpp"
#include "platform/http/message.hpp"

namespace kontor::platform::http {

/// How long an answer says that it may be used without asking again, from its arrival: what is left of
/// `max-age` after its `Age`, nothing for `no-store` and `no-cache`, the shortest where it says several. None
/// where it says nothing, or nothing that can be read. [RFC 9111 §4.2, §5.2.2]
std::optional<Duration> freshness(const Headers& headers);

}  // namespace kontor::platform::http
