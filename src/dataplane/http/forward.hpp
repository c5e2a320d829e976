#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dataplane/source/http_source.hpp"
#include "platform/http/message.hpp"

/// What passes between the counter-party and the source. Pure.
namespace kontor::dataplane::http {

namespace web = platform::http;

/// The token of `Bearer {token}`. None: anything else.
std::optional<std::string> bearer_token(std::string_view authorization);

/// The address at the source for a request to `/api/data/{flowId}/…` (`target` as received). What lies behind
/// the flow's id is appended where the source allows paths, the query where it allows queries. Errors:
/// not_found (a path where there are none), invalid_input (a path that could leave the source's: `..`, `.`,
/// slashes and backslashes however often they are encoded).
Result<std::string> source_url(const source::HttpSource& source, std::string_view target);

/// The source's headers, and of the counter-party's those about form, ranges and conditions.
web::Headers request_headers(const source::HttpSource& source, const web::Headers& received);
/// Those about the data itself: no cookies, nothing that concerns a connection.
web::Headers response_headers(const web::Headers& received);

/// A success, a condition that holds, or what the counter-party itself got wrong is passed on. Errors:
/// peer_refused (redirects, which would lead past the address check; refused credentials, which are ours),
/// peer_unavailable (5xx).
Result<void> check_status(unsigned status);

}  // namespace kontor::dataplane::http
