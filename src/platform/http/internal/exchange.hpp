#pragma once

#include <string>
#include <string_view>

#include "platform/http/client.hpp"
#include "platform/http/internal/pool.hpp"

namespace kontor::platform::http {

inline constexpr unsigned switching_protocols = 101;

/// How a request goes over a connection that is open.
struct Passage {
  std::string_view target;  ///< path and query
  std::string host;         ///< value of the Host field
  async::Deadline deadline;
  Duration stall_timeout;  ///< of a streamed body
};

/// What became of a request on one connection.
struct Outcome {
  Result<Head> head;      ///< of the final response, or 101 where the request asked for it
  bool sent = false;      ///< completely
  bool answered = false;  ///< anything at all came back
};

/// Sends the whole request, then reads the head of its response. Nothing else may use the connection
/// meanwhile.
Task<Outcome> exchange(const Request& request, Passage passage, ClientConnection& connection,
                       async::Clock& clock);

/// The body behind a head. Errors: too_large, and those of the connection.
Task<Result<std::string>> collect_body(Reader& reader, const Head& head, std::size_t bytes_max);

/// What is wrong with a response is the peer's failure.
std::unexpected<Error> broken_response(Error error);

}  // namespace kontor::platform::http
