#include "platform/http/failure.hpp"

#include <algorithm>

namespace kontor::platform::http {

ErrorCode failure_of(std::uint32_t status, std::initializer_list<std::uint32_t> passes_too) {
  static constexpr std::uint32_t request_timeout = 408, too_early = 425, too_many_requests = 429;
  const bool passes = status >= 500 || status == request_timeout || status == too_early ||
                      status == too_many_requests ||
                      std::ranges::find(passes_too, status) != passes_too.end();
  return passes ? ErrorCode::peer_unavailable : ErrorCode::peer_refused;
}

}  // namespace kontor::platform::http
