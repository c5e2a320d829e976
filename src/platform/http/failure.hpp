#pragma once

#include <cstdint>
#include <initializer_list>

#include "base/result/error_code.hpp"

namespace kontor::platform::http {

/// What the status of an answer that is no success says of the same request, sent again: `peer_unavailable`
/// where it may be answered otherwise (408, 425, 429 and 5xx) [RFC 9110 §15.5.9, §15.6; RFC 8470 §5.2; RFC
/// 6585 §4], `peer_refused` for the rest. `passes_too`: statuses that pass in the caller's protocol, such as
/// 401 where a token is made anew, and 409 where the other party may not have followed yet.
ErrorCode failure_of(std::uint32_t status, std::initializer_list<std::uint32_t> passes_too = {});

}  // namespace kontor::platform::http
