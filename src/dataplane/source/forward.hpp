#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/source/http_address.hpp"
#include "dataplane/source/source.hpp"
#include "platform/http/message.hpp"

/// What passes between the asker and a source behind HTTP. Pure.
namespace kontor::dataplane::source {

/// Fields that pass beside those that always do.
struct PassedFields {
  std::vector<std::string> to_source;
  std::vector<std::string> to_asker;
};
/// Whether a field may be among them: none that concerns a connection, a proof or a route. Errors:
/// invalid_input.
Result<void> check_passed_field(std::string_view name);

/// The address at the source for what is asked: the path is appended where the source allows paths, the query
/// where it allows queries, and both are ignored elsewhere. Errors: invalid_input (a path that could leave
/// the source's: `..`, `.`, slashes and backslashes however often they are encoded; control characters).
Result<std::string> source_url(const HttpAddress& address, const Question& question);

/// The asker's method where the source allows methods, and that one where it names some; the source's own
/// elsewhere; of what is fetched by GET the head alone can be asked for, too. Errors: method_not_allowed.
Result<std::string> source_method(const HttpAddress& address, std::string_view asked);
bool has_body(std::string_view method);

/// The source's fields, and of the asker's those about form, ranges and conditions, and about a body that is
/// passed on.
web::Headers request_headers(const HttpAddress& address, const web::Headers& received,
                             std::span<const std::string> also, bool with_body);
/// Those about the data itself: no cookies, nothing that concerns a connection.
web::Headers response_headers(const web::Headers& received, std::span<const std::string> also);

/// What a source answered is the asker's to know. Errors: peer_refused for redirects, which would lead past
/// the address check, and for 401 and 407, which speak of our credentials and not of the asker's.
Result<void> check_status(unsigned status);

}  // namespace kontor::dataplane::source
