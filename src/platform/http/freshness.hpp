#pragma once

#include <optional>
#include <string_view>

#include "base/time/time.hpp"
#include "platform/http/message.hpp"

namespace kontor::platform::http {

/// How long an answer says that it may be used without asking again, from its arrival: what is left of
/// `max-age` after its `Age`, nothing for `no-store` and `no-cache`, the shortest where it says several. None
/// where it says nothing, or nothing that can be read. [RFC 9111 §4.2, §5.2.2]
std::optional<Duration> freshness(const Headers& headers);

/// Whether `If-None-Match` names this entity tag, weakly compared: the answer is 304 then. [RFC 9110 §13.1.2]
bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace kontor::platform::http
